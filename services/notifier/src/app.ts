import { type HealthOptions, healthRoutes } from '@sluice/service-runtime';
import { Hono } from 'hono';

/** Health alone: what was told and what could not be is read through the views and by the command line. */
export function createApp(health: HealthOptions): Hono {
  return new Hono().route('/', healthRoutes(health));
}

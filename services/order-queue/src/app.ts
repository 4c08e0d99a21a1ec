import { type HealthOptions, healthRoutes } from '@sluice/service-runtime';
import { Hono } from 'hono';

/** Only what Kubernetes asks: everything a person or a client asks is served by the gateway from views. */
export function createApp(health: HealthOptions): Hono {
  return new Hono().route('/', healthRoutes(health));
}

import { healthRoutes } from '@sluice/service-runtime';
import type { Hono } from 'hono';

/** The HTTP side: health alone. What this service knows is read through its views. */
export function createApp(missing: () => Promise<string[]>): Hono {
  return healthRoutes({
    async ready() {
      const waitsFor = await missing();
      return waitsFor.length === 0 ? undefined : `waits for ${waitsFor.join(', ')}`;
    },
  });
}

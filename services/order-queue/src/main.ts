import { readEnv, runService } from '@sluice/service-runtime';
import { envSchema } from './env.ts';
import { serviceName, startOrderQueue } from './start-order-queue.ts';

await runService({
  name: serviceName,
  async start({ replica, onStop }) {
    await startOrderQueue(readEnv(envSchema), { replica, onStop });
  },
});

import { readEnv, runService } from '@sluice/service-runtime';
import { envSchema } from './env.ts';
import { serviceName, startNotifier } from './start-notifier.ts';

await runService({
  name: serviceName,
  async start({ replica, onStop }) {
    await startNotifier(readEnv(envSchema), { replica, onStop });
  },
});

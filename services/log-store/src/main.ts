import { readLogStoreEnv } from './env.ts';
import { startLogStore } from './start-log-store.ts';

try {
  const running = await startLogStore(readLogStoreEnv(process.env));
  console.log(`logs are taken and given at port ${running.port}, kept in memory`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void running.stop());
} catch (error) {
  console.error(`log-store: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

import { parseEnv } from './env.ts';
import { startServer } from './server.ts';

try {
  const running = await startServer(parseEnv(process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void running.stop());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './child-process.ts';

const configuration = fileURLToPath(new URL('../../../otel/collector/collector.yaml', import.meta.url));
/** The first of these in PATH, where OTELCOL names none. The distribution without `contrib` lacks what the file asks for. */
const names = ['otelcol-contrib', 'otelcol'];
const readyWithinMs = 20_000;

export type Collector = { url: string; stop(): Promise<void> };

/** Where a Collector is, or undefined. */
export async function findCollector(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const given = process.env.OTELCOL;
  const candidates = given ? [given] : names.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const candidate of candidates) {
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  return undefined;
}

/** Starts a Collector as in production, but for its ports, in front of the Loki at `lokiUrl`. */
export async function startCollector(binary: string, lokiUrl: string): Promise<Collector> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-collector-'));
  const [http, grpc, health, metrics] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const overlay = join(directory, 'ports.json');
  const at = (port: number) => ({ endpoint: `127.0.0.1:${port}` });
  const reader = { pull: { exporter: { prometheus: { host: '127.0.0.1', port: metrics } } } };
  await writeFile(
    overlay,
    JSON.stringify({
      extensions: { health_check: at(health) },
      receivers: { otlp: { protocols: { http: at(http), grpc: at(grpc) } } },
      service: { telemetry: { metrics: { readers: [reader] } } },
    }),
  );
  const child = spawn(binary, ['--config', configuration, '--config', overlay], {
    env: { ...process.env, LOKI_OTLP_ENDPOINT: `${lokiUrl}/otlp`, QUEUE_DIRECTORY: join(directory, 'queue') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-2_000);
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'close');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
    process.off('exit', kill);
    await rm(directory, { recursive: true, force: true });
  };
  const began = performance.now();
  while (!(await isHealthy(health))) {
    if (child.exitCode !== null || performance.now() - began > readyWithinMs) {
      await stop();
      throw new Error(`${binary} does not start with ${configuration}:\n${said}`);
    }
    await pause(50);
  }
  return { url: `http://127.0.0.1:${http}`, stop };
}

async function isHealthy(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/`).then(
    (response) => response.ok,
    () => false,
  );
}

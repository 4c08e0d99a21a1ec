import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startLocalPostgres } from '@sluice/local-postgres';
import pc from 'picocolors';
import { type Installation, startInstallation } from './installation/start-installation.ts';
import type { Measurement } from './measurement.ts';
import { batchOf30, batchOf30At75Ms } from './measurements/batch-of-30.ts';
import { throughCollector } from './measurements/collector.ts';
import { freedSlot } from './measurements/freed-slot.ts';
import { idleTick } from './measurements/idle-tick.ts';
import { isolation } from './measurements/isolation.ts';
import { logCall } from './measurements/log-call.ts';
import { oneSecondJob } from './measurements/one-second-job.ts';
import { startAndMemory } from './measurements/start-and-memory.ts';
import { throughput } from './measurements/throughput.ts';
import type { ResultRow } from './results/result-row.ts';
import { resultsTable } from './results/results-table.ts';

/** In the order they run: what fills the installation comes before what asks how large it has become. */
const measurements: readonly Measurement[] = [
  batchOf30,
  batchOf30At75Ms,
  throughput,
  startAndMemory,
  isolation,
  freedSlot,
  oneSecondJob,
  idleTick,
  logCall,
  throughCollector,
];
const resultsFile = fileURLToPath(new URL('../results.json', import.meta.url));
const dataDirectory = fileURLToPath(new URL(`../../.sluice/bench-${process.pid}`, import.meta.url));

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
const chosen = choose(values.only);
const began = performance.now();
const say = (text: string): void => {
  const seconds = ((performance.now() - began) / 1_000).toFixed(0).padStart(4);
  console.log(`${pc.dim(`${seconds} s`)}  ${text}`);
};
// Ctrl-C ends what was started, too: the stack below is left in the usual way.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const rows: ResultRow[] = [];
await measureAll();
rows.sort((a, b) => a.id.localeCompare(b.id));
await writeFile(resultsFile, `${JSON.stringify({ quick: values.quick, rows }, null, 2)}\n`);
console.log(resultsTable(rows));
const missed = rows.filter(({ met }) => met === false);
console.log(
  missed.length === 0
    ? 'Every aim is met.'
    : `Missed: ${missed.map(({ id }) => id).join(', ')}. docs/performance.md says where the time goes.`,
);

async function measureAll(): Promise<void> {
  await using started = new AsyncDisposableStack();
  await mkdir(dataDirectory, { recursive: true });
  say('starting Postgres');
  const postgres = await startLocalPostgres({
    directory: dataDirectory,
    port: 0,
    password: 'bench',
    // Durable as by default. The statistics are counted only in the databases that ask for it.
    settings: {
      max_connections: '200',
      shared_preload_libraries: 'pg_stat_statements',
      'pg_stat_statements.track': 'none',
      'pg_stat_statements.track_planning': 'on',
    },
    keepData: false,
  });
  started.defer(() => postgres.stop());
  let installation: Promise<Installation> | undefined;
  const context = {
    serverUrl: postgres.url,
    installation: () => {
      if (installation !== undefined) return installation;
      say('starting the services');
      installation = startInstallation(postgres.url);
      started.defer(async () => (await installation)?.stop());
      return installation;
    },
    quick: values.quick,
    say,
  };
  const aborted = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(new Error('stopped before the end')));
  });
  aborted.catch(() => {});
  for (const { id, title, measure } of chosen) {
    say(pc.bold(`${id}  ${title}`));
    rows.push(...(await Promise.race([measure(context), aborted])));
  }
  say('stopping');
}

function choose(only: string | undefined): readonly Measurement[] {
  if (only === undefined) return measurements;
  const ids = only.split(',').map((id) => id.trim());
  const unknown = ids.filter((id) => !measurements.some((measurement) => measurement.id === id));
  if (unknown.length > 0) {
    console.error(
      `--only names ${unknown.join(', ')}; there are ${measurements
        .map(({ id }) => id)
        .toSorted()
        .join(', ')}`,
    );
    process.exit(2);
  }
  return measurements.filter(({ id }) => ids.includes(id));
}

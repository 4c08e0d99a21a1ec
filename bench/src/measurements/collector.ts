import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createLokiLogs } from '@sluice/log-query';
import { BenchProcess } from '../installation/child-process.ts';
import { findCollector, startCollector } from '../installation/start-collector.ts';
import type { BenchContext, Measurement } from '../measurement.ts';
import { notRun, resultRow } from '../results/result-row.ts';

const linesPerMinute = 100_000;
const namespace = 'bench';
/** After the writer has ended, lines are still on their way through the Collector's queue. */
const arriveWithinMs = 30_000;

const writer = fileURLToPath(new URL('../installation/write-lines.ts', import.meta.url));

async function measureCollector({ quick, say }: BenchContext) {
  const seconds = quick ? 6 : 60;
  const lines = (linesPerMinute / 60) * seconds;
  const what = `lines lost of ${lines.toLocaleString('en')} that a job writes in ${seconds} s, by way of a Collector`;
  const binary = await findCollector();
  if (binary === undefined) {
    return [notRun({ id: 'j.lost', what, why: 'no Collector: OTELCOL names none and none is in PATH' })];
  }
  await using started = new AsyncDisposableStack();
  const store = await BenchProcess.start('services/log-store/src/main.ts', { LOG_STORE_MB: '512' });
  started.defer(() => store.stop());
  const collector = await startCollector(binary, store.url);
  started.defer(() => collector.stop());
  const logs = createLokiLogs({ url: store.url, namespace });
  const since = Date.now();

  say(`writing ${lines} lines in ${seconds} s`);
  const child = spawn(process.execPath, [writer, String(lines), String(seconds)], {
    env: {
      ...process.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_RESOURCE_ATTRIBUTES: `service.namespace=${namespace}`,
      LOG_FORMAT: 'json',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  started.defer(() => void child.kill());
  await once(child, 'close');
  const ended = performance.now();

  let arrived = 0;
  while (arrived < lines && performance.now() - ended < arriveWithinMs) {
    await pause(50);
    const question = { tag: 'QUEUE_REBAL', untagged: false, levels: [], search: null, limit: 1 } as const;
    const answer = await logs.read({ ...question, since, until: Date.now() + 1_000 });
    if (answer.kind === 'found') arrived = answer.matching;
  }
  const waited = performance.now() - ended;
  return [
    resultRow({ id: 'j.lost', what, unit: '', value: lines - arrived, aim: { atMost: 0 } }),
    resultRow({
      id: 'j.wait',
      what: 'from the end of the process that wrote them to the last of them readable',
      unit: 'ms',
      value: waited,
    }),
  ];
}

export const throughCollector: Measurement = {
  id: 'j',
  title: 'Lines by way of a Collector',
  measure: measureCollector,
};

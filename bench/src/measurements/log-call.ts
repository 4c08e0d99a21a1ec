import { setTimeout as pause } from 'node:timers/promises';
import { context, SeverityNumber } from '@opentelemetry/api';
import { currentJobTag, getLogger, runWithJobTag } from '@sluice/telemetry';
import { bareLogger, discardingBatch, logInto } from '@sluice/telemetry/testing';
import type { BenchContext, Measurement } from '../measurement.ts';
import { resultRow } from '../results/result-row.ts';

/** Some 2 ms: short enough to be left alone by whatever else wants the core, now and then. */
const callsPerRound = 2_000;

async function measureLogCall({ quick }: BenchContext) {
  const rounds = quick ? 60 : 200;
  const bare = bareLogger();
  const logging = logInto(discardingBatch(), SeverityNumber.INFO);
  const log = getLogger('bench');
  const attributes = () => ({ account: 'main', sent: 3, duration_ms: 12 });
  // The same record by hand: what a call of ours adds of itself is written out.
  const bareCall = () =>
    bare.emit({
      severityNumber: SeverityNumber.INFO,
      severityText: 'INFO',
      body: 'planned',
      attributes: { ...attributes(), 'job.tag': 'QUEUE_REBAL', 'code.file.path': 'a/b.ts', 'code.line.number': 12 },
    });
  let turn = 0;
  try {
    return await runWithJobTag('QUEUE_REBAL', async () => {
      const { emit, call, printf, silent, anew, tag, active } = await bestOf(rounds, {
        emit: bareCall,
        call: () => log.info('planned', attributes()),
        printf: () => log.info('planned %d of %d', 5, 10, attributes()),
        silent: () => log.debug('planned %d of %d', 5, 10, attributes()),
        // A text is new each time, so its place is looked up each time.
        anew() {
          turn += 1;
          log.info(`planned ${turn}`, attributes());
        },
        tag: () => void currentJobTag(),
        active: () => void context.active(),
      });
      return [
        resultRow({
          id: 'i.call',
          what: 'a log call in a job, with tag, file, line and 3 attributes, beside a bare OpenTelemetry emit of the same record',
          unit: 'µs',
          value: call,
          floor: emit,
          aim: { ratioAtMost: 1.3 },
        }),
        resultRow({
          id: 'i.printf',
          what: 'the same with two printf arguments',
          unit: 'µs',
          value: printf,
          floor: emit,
        }),
        resultRow({
          id: 'i.place',
          what: 'finding the file and line of a text that was not logged before, on top of the call',
          unit: 'µs',
          value: anew - call,
        }),
        resultRow({ id: 'i.debug', what: 'the same below the level', unit: 'µs', value: silent }),
        resultRow({
          id: 'i.tag',
          what: 'looking up the tag, beside asking which context is active',
          unit: 'µs',
          value: tag,
          floor: active,
          aim: { atMost: 0.3 },
        }),
      ];
    });
  } finally {
    logging.stop();
  }
}

/**
 * µs per call of each in the best of some rounds, taken in turns: whatever else the machine does only ever adds, and it
 * does not do it to all at once.
 */
async function bestOf<Name extends string>(rounds: number, calls: Record<Name, () => void>) {
  const names = Object.keys(calls) as Name[];
  const least = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY])) as Record<Name, number>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const call = calls[name];
      const began = performance.now();
      for (let n = 0; n < callsPerRound; n += 1) call();
      least[name] = Math.min(least[name], ((performance.now() - began) * 1_000) / callsPerRound);
      // What was batched is exported before the next, so that each begins with an empty queue.
      await pause(10);
    }
  }
  return least;
}

export const logCall: Measurement = { id: 'i', title: 'A log call', measure: measureLogCall };

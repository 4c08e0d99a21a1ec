import { setTimeout as pause } from 'node:timers/promises';
import { BenchProcess } from '../installation/child-process.ts';
import type { ServiceName } from '../installation/start-installation.ts';
import type { BenchContext, Measurement } from '../measurement.ts';
import { median } from '../results/percentile.ts';
import { type ResultRow, resultRow } from '../results/result-row.ts';

const names: readonly ServiceName[] = ['webhook-gateway', 'order-queue', 'market-data', 'paper-exchange'];

async function measureStarts(context: BenchContext): Promise<ResultRow[]> {
  const installation = await context.installation();
  // Before the starts below: what they hold after all the work that was measured so far.
  const worked = new Map<string, number>();
  for (const service of installation.services) worked.set(service.name, await service.residentMb());

  const rounds = context.quick ? 3 : 5;
  const starts = new Map<string, { ms: number; mb: number }[]>(names.map((name) => [name, []]));
  const bare: { ms: number; mb: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    context.say(`f: starts, round ${round + 1} of ${rounds}`);
    const app = await BenchProcess.start('bench/src/floor/empty-app.ts', {});
    bare.push({ ms: app.readyAfterMs, mb: await app.residentMb() });
    await app.stop();
    for (const name of names) {
      const replica = await installation.startReplica(name);
      await pause(1_000);
      starts.get(name)!.push({ ms: replica.readyAfterMs, mb: await replica.residentMb() });
      await replica.stop();
    }
  }
  const floor = { ms: median(bare.map(({ ms }) => ms)), mb: median(bare.map(({ mb }) => mb)) };
  return [
    ...names.map((name) =>
      resultRow({
        id: `f.start.${name}`,
        what: `${name}: start to ready, beside an empty app`,
        unit: 'ms',
        value: median(starts.get(name)!.map(({ ms }) => ms)),
        floor: floor.ms,
        aim: { atMost: 1_500 },
      }),
    ),
    ...names.map((name) =>
      resultRow({
        id: `f.memory.${name}`,
        what: `${name}: resident memory once ready, beside an empty app`,
        unit: 'MB',
        value: median(starts.get(name)!.map(({ mb }) => mb)),
        floor: floor.mb,
        aim: { atMost: 160 },
      }),
    ),
    ...names.map((name) =>
      resultRow({
        id: `f.worked.${name}`,
        what: `${name}: resident memory after the work of the rows before`,
        unit: 'MB',
        value: worked.get(name)!,
        floor: floor.mb,
        aim: { atMost: 160 },
      }),
    ),
  ];
}

export const startAndMemory: Measurement = {
  id: 'f',
  title: 'Start to ready, and resident memory',
  measure: measureStarts,
};

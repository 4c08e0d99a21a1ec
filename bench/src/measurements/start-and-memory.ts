import { BenchProcess } from '../installation/child-process.ts';
import type { ServiceName } from '../installation/start-installation.ts';
import type { BenchContext, Measurement } from '../measurement.ts';
import { median } from '../results/percentile.ts';
import { type ResultRow, resultRow } from '../results/result-row.ts';

const names: readonly ServiceName[] = ['webhook-gateway', 'order-queue', 'market-data', 'paper-exchange'];

async function measureStarts(context: BenchContext): Promise<ResultRow[]> {
  const installation = await context.installation();
  // Before the starts below: what they hold after all the work that was measured so far.
  const memory = new Map<string, number>();
  for (const service of installation.services) memory.set(service.name, await service.residentMb());

  const rounds = context.quick ? 3 : 7;
  const starts = new Map<string, number[]>(names.map((name) => [name, []]));
  const bare: { ms: number; mb: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    context.say(`f: starts, round ${round + 1} of ${rounds}`);
    const app = await BenchProcess.start('bench/src/floor/empty-app.ts', {});
    bare.push({ ms: app.readyAfterMs, mb: await app.residentMb() });
    await app.stop();
    for (const name of names) {
      const replica = await installation.startReplica(name);
      starts.get(name)!.push(replica.readyAfterMs);
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
        value: median(starts.get(name)!),
        floor: floor.ms,
        aim: { atMost: 1_500 },
      }),
    ),
    ...names.map((name) =>
      resultRow({
        id: `f.memory.${name}`,
        what: `${name}: resident memory after the work above, beside an empty app`,
        unit: 'MB',
        value: memory.get(name)!,
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

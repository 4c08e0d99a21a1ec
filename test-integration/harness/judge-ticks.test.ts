import { expect, test } from 'vitest';
import type { SeenRun } from './job-watch.ts';
import { judgeTicks } from './judge-ticks.ts';

const every2 = { trigger: { kind: 'interval', seconds: 2 }, timeZone: 'UTC' } as const;
const run = (slotSecond: number, { lasts = 100, missed = 0 } = {}): SeenRun => {
  const slot = new Date(slotSecond * 1_000);
  const startedAt = new Date(slot.getTime() + 20);
  const endedAt = new Date(startedAt.getTime() + lasts);
  return { job: 'tick', slot, startedAt, endedAt, replica: 'a', missed };
};

test('runs of every slot, and slots counted as missed, are right', () => {
  expect(judgeTicks(every2, [run(2), run(4), run(10, { missed: 2 })])).toEqual({
    runs: 3,
    missed: 2,
    longestGapMs: 4_000,
    latestStartMs: 20,
    wrong: [],
  });
});

test.each([
  ['a slot run twice', [run(2), run(2)], 'run after'],
  ['a run that begins before the one before has ended', [run(2, { lasts: 2_500 }), run(4)], 'began before'],
  ['a slot nobody ran or counted', [run(2), run(6)], '0 missed were counted, 1 slots lie between'],
  ['a slot counted as missed that was run', [run(2), run(4, { missed: 1 })], '1 missed were counted, 0 slots'],
])('%s is wrong', (_, runs, said) => {
  expect(judgeTicks(every2, runs).wrong.join()).toContain(said);
});

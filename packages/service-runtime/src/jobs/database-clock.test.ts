import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Sql } from '../postgres/connect-postgres.ts';
import { DatabaseClock } from './database-clock.ts';

/** A database that is `ahead` of this machine and answers after the delays given, the last of them for ever. */
function database(ahead: number, delays: number[]): Sql {
  const ask = async () => {
    const ms = Date.now() + ahead;
    await sleep(delays.length > 1 ? delays.shift()! : delays[0]!);
    return [{ ms }];
  };
  return ask as unknown as Sql;
}

test('the difference is what a quick answer says', async () => {
  const clock = new DatabaseClock(database(5_000, [0]));
  await clock.measure();
  expect(clock.now() - Date.now()).toBeGreaterThan(4_900);
  expect(clock.now() - Date.now()).toBeLessThan(5_100);
});

test('an answer read late is asked for again', async () => {
  const clock = new DatabaseClock(database(0, [250, 0]));
  await clock.measure();
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(100);
});

test('where every answer is late the earlier comparison stays', async () => {
  const clock = new DatabaseClock(database(0, [0, 250]));
  await clock.measure();
  await clock.measure();
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(100);
});

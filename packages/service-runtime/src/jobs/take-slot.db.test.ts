import type { JobSchedule } from '@sluice/contracts';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { connectPostgres, type Sql } from '../postgres/connect-postgres.ts';
import { createMigratedDatabase, type TestDatabase } from '../testing.ts';
import { lostRun, missedBefore, takeSlot } from './take-slot.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);
const request = { jobId: 'tick', schedule: 'every 10 s', replica: 'a' };
const every10: JobSchedule = { trigger: { kind: 'interval', seconds: 10 }, timeZone: 'UTC' };

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 8, applicationName: 'test' });
});

beforeEach(async () => {
  await sql`delete from runtime.job_schedule`;
  await sql`insert into runtime.job_schedule (job_id, schedule, since) values ('tick', 'every 10 s', ${at(0)})`;
});

afterAll(async () => {
  await sql.end();
  await database.drop();
});

test('of eight replicas that take a slot at once, one gets it', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => takeSlot(sql, { ...request, slot: at(10) })));
  expect(all.filter((taken) => taken !== undefined)).toHaveLength(1);
});

test('no slot is taken that is older than the last, or than the schedule', async () => {
  expect(await takeSlot(sql, { ...request, slot: at(-10) })).toBeUndefined();
  expect(await takeSlot(sql, { ...request, slot: at(0) })).toBeDefined();
  expect(await takeSlot(sql, { ...request, slot: at(30) })).toBeDefined();
  expect(await takeSlot(sql, { ...request, slot: at(20) })).toBeUndefined();
});

test('a tick under another schedule than the one in force is refused, whoever sends it', async () => {
  expect(await takeSlot(sql, { ...request, schedule: 'every 7 s', slot: at(14) })).toBeUndefined();
  await sql`update runtime.job_schedule set schedule = 'every 7 s', since = ${at(12)}`;
  expect(await takeSlot(sql, { ...request, slot: at(20) })).toBeUndefined();
  expect(await takeSlot(sql, { ...request, schedule: 'every 7 s', slot: at(14) })).toBeDefined();
});

test('a slot that was taken and never recorded is a lost run, one that was recorded is none', async () => {
  await takeSlot(sql, { ...request, slot: at(10) });
  const second = await takeSlot(sql, { ...request, replica: 'b', slot: at(20) });
  expect(lostRun(second!)).toMatchObject({ slot: at(10), replica: 'a' });
  await sql`
    insert into runtime.job_state (job_id, last_slot, last_replica, last_started_at, last_ended_at, last_outcome)
    values ('tick', ${at(20)}, 'b', now(), now(), 'idle')`;
  const third = await takeSlot(sql, { ...request, slot: at(30) });
  expect(lostRun(third!)).toBeUndefined();
});

test('slots without a run are counted from the last recorded one, or from the beginning of the schedule', () => {
  const missed = (since: number, lastRecorded: number | null, slot: number) =>
    missedBefore(
      every10,
      { since: at(since), lastRecorded: lastRecorded === null ? null : at(lastRecorded) },
      at(slot),
    );
  expect(missed(0, 10, 20)).toBe(0);
  expect(missed(0, 10, 50)).toBe(3);
  expect(missed(0, null, 20)).toBe(2);
  expect(missed(15, null, 20)).toBe(0);
  // The schedule changed since: what the one before missed is not of this one.
  expect(missed(45, 10, 60)).toBe(1);
});

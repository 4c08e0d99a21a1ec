import { queues } from '@sluice/contracts';
import { runWithJobTag } from '@sluice/telemetry';
import { captureLogs } from '@sluice/telemetry/testing';
import type { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createBoss } from '../jobs/create-boss.ts';
import { connectPostgres, type Sql } from '../postgres/connect-postgres.ts';
import { createMigratedDatabase, type TestDatabase } from '../testing.ts';
import { workRetention } from './work-retention.ts';

let database: TestDatabase;
let sql: Sql;
let boss: PgBoss;

beforeAll(async () => {
  database = await createMigratedDatabase(inject('databaseUrl'));
  sql = connectPostgres({ url: database.url, max: 2, applicationName: 'test' });
  boss = await createBoss({ url: database.url, applicationName: 'test', role: 'worker' });
});
afterAll(async () => {
  await boss.stop({ graceful: false });
  await sql.end();
  await database.drop();
});

const ages = { receiptsDays: 90, eventsDays: 30, runsDays: 14 };
const queue = queues.retentionOrders;
const stateOf = async (id: string | null) =>
  (await sql<{ state: string }[]>`select state::text from pgboss.job where name = ${queue} and id = ${id}`)[0]?.state;

test('a run that is stopped goes on with what is left when its message comes again, all under the tag of its job', async () => {
  using logs = captureLogs();
  let rows = 3;
  const began = Promise.withResolvers<void>();
  const step = {
    name: 'orders',
    async deleteSome() {
      rows -= 1;
      began.resolve();
      return { deleted: 1, next: rows === 0 ? null : 'oldest' };
    },
  };
  const first = await workRetention({ boss, queue, steps: () => [step] });
  const id = await runWithJobTag('RETENTION', () => boss.send(queue, ages));
  // One at a time in the cluster.
  expect(await boss.send(queue, ages)).toBeNull();
  await began.promise;
  await first.stop();
  expect(rows).toBe(2);
  await expect.poll(() => stateOf(id), { timeout: 5_000 }).toBe('retry');

  await sql`update pgboss.job set start_after = now() where name = ${queue}`;
  const second = await workRetention({ boss, queue, steps: () => [step] });
  await expect.poll(() => stateOf(id), { timeout: 10_000 }).toBe('completed');
  await second.stop();
  expect(rows).toBe(0);
  expect(
    logs.records.filter(({ module }) => module === 'retention').map(({ tag, level, message }) => [tag, level, message]),
  ).toEqual([
    ['RETENTION', 'INFO', 'deleting was stopped and goes on with what is left when its message comes again'],
    ['RETENTION', 'INFO', expect.stringMatching(/^what is past its age is deleted: 2 orders, in [\d.]+ s$/)],
  ]);
});

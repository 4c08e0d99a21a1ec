import { jobCatalogue } from '@sluice/contracts';
import { connectPostgres, createBoss } from '@sluice/service-runtime';
import { createMigratedDatabase, startDrivenReplica } from '@sluice/service-runtime/testing';
import { captureLogs } from '@sluice/telemetry/testing';
import { expect, inject, test } from 'vitest';
import { dataRetention } from './data-retention.ts';

test('each service that owns what ages gets one message with the configured ages, and its own tag in the log', async () => {
  const database = await createMigratedDatabase(inject('databaseUrl'));
  const sql = connectPostgres({ url: database.url, max: 2, applicationName: 'test' });
  const boss = await createBoss({ url: database.url, applicationName: 'test', role: 'sender' });
  const job = jobCatalogue.find(({ id }) => id === 'data_retention')!;
  const replica = await startDrivenReplica({ job, handler: dataRetention(sql, boss), sql, replica: 'a' });
  using logs = captureLogs();

  await replica.tick(new Date());
  await sql`insert into config.installation (name, revision, applied_at, receipts_days) values ('test', 1, now(), 365)`;
  await replica.tick(new Date());
  // The day after, with yesterday's messages not taken yet.
  await replica.tick(new Date());
  const ages = { receiptsDays: 365, eventsDays: 30, runsDays: 14 };
  expect(await sql`select name, data from pgboss.job where name like 'retention%' order by name`).toEqual([
    { name: 'retention_gateway', data: ages },
    { name: 'retention_notifier', data: ages },
    { name: 'retention_orders', data: ages },
  ]);
  expect(logs.records.map(({ tag }) => tag)).toEqual(['RETENTION', 'RETENTION', 'RETENTION']);
  expect(logs.records[1]!.message).toBe(
    'Retention: webhook-gateway and order-queue and notifier asked to delete receipts older than 365 days, events than 30, job runs than 14',
  );

  await replica.stop();
  await boss.stop({ graceful: false });
  await sql.end();
  await database.drop();
});

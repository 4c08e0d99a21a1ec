import { captureLogs } from '@sluice/telemetry/testing';
import { expect, inject, test } from 'vitest';
import { createSettings } from '../settings.ts';
import { createTestNotifier } from '../testing/test-notifier.ts';
import { JobWatch } from './job-watch.ts';

test('the operator is told once that a job stopped, whoever looks, and once that it runs again', async () => {
  using logs = captureLogs();
  const notifier = await createTestNotifier(inject('databaseUrl'));
  const { sql } = notifier;
  const settings = createSettings(sql, process.env);
  const watches = [1, 2].map(() => new JobWatch({ sql, settings, now: Date.now, stored: () => {} }));
  const look = () => Promise.all(watches.map((watch) => watch.look()));
  const runs = (age: string) => sql`
    insert into runtime.job_schedule (job_id, schedule, since, taken_at)
    values ('queue_rebalancer', 'every 1 s', now() - interval '1 day', now() - ${age}::interval)
    on conflict (job_id) do update set taken_at = excluded.taken_at`;
  const told = () => sql<{ chat: string; began: boolean }[]>`
    select chat, (body ->> 'began')::boolean as began from notifier.message where kind = 'job_stopped' order by id`;

  await runs('2 s');
  await look();
  expect(await told()).toEqual([]);
  await runs('10 minutes');
  await look();
  await look();
  expect(await told()).toEqual([{ chat: '900', began: true }]);
  await runs('1 s');
  await look();
  expect(await told()).toEqual([
    { chat: '900', began: true },
    { chat: '900', began: false },
  ]);
  expect(logs.records.map(({ level }) => level)).toEqual(['WARNING', 'INFO']);
  await notifier.end();
});

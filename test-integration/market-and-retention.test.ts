import { jobCatalogue } from '@sluice/contracts';
import { askForRun, createBoss } from '@sluice/service-runtime';
import { beforeAll, expect, test } from 'vitest';
import { limits } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { holdJob } from './harness/hold-job.ts';
import { useStack } from './harness/use-stack.ts';

const symbol = 'ETH/USDT';
const stack = useStack({ strategies: ['s1'] });

beforeAll(async () => {
  await stack().gateway.settled(limits('s1', symbol, [3_000]));
});

const lastPrice = async () =>
  (await stack().sql`select trim_scale(last)::text as last from market.price where symbol = ${symbol}`)[0]?.last;
const stream = async () =>
  (await stack().sql`select state, reconnects::int from market.price_stream_state where held`)[0];

test('a price that moves is known without a poll, also after the stream was cut', async () => {
  await holdJob(stack().sql, 'price_cache');
  await eventually(async () => expect(await stream()).toEqual({ state: 'connected', reconnects: 0 }));
  // The symbols in use are looked at every few seconds; from then on each second brings what changed.
  for (const price of ['3901', '3902']) {
    await stack().exchange.setPrice(symbol, price);
    await eventually(async () => expect(await lastPrice()).toBe(price));
  }
  await stack().exchange.control('/streams', { of: 'market', do: 'cut' });
  await stack().exchange.setPrice(symbol, '3903');
  await eventually(async () => expect(await lastPrice()).toBe('3903'));
  await eventually(async () => expect(await stream()).toEqual({ state: 'connected', reconnects: 1 }));
});

test('what is past its age is deleted by each service under the tag of the job, and what is alive stays', async () => {
  const { sql, databaseUrl } = stack();
  await sql`
    update gateway.receipt set received_at = received_at - interval '1 year';
    insert into gateway.dead_letter (received_at, reason, detail, body, bytes)
      values (now() - interval '1 year', 'malformed', '', '', 1);`.simple();
  const boss = await createBoss({ url: databaseUrl, applicationName: 'test', role: 'sender' });
  const job = jobCatalogue.find(({ id }) => id === 'data_retention')!;
  expect(await askForRun(boss, sql, job)).toMatchObject({ kind: 'ended', reply: { outcome: 'changed' } });
  await boss.stop({ graceful: false });
  await eventually(async () => {
    const done = await sql`select from pgboss.job where name like 'retention_%' and state = 'completed'`;
    expect(done).toHaveLength(2);
  });
  expect(await sql`select from gateway.dead_letter`).toHaveLength(0);
  // Its order still waits on the exchange.
  expect(await sql`select from gateway.receipt`).toHaveLength(1);
  for (const service of [stack().gateways[0]!, stack().orderQueues[0]!])
    expect(service.tail(100)).toMatch(/INFO: \[RETENTION\] what is past its age is deleted: /);
});

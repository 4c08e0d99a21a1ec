import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  type Answer,
  createInstallation,
  limitAlert,
  type TestGateway,
  type TestInstallation,
} from '../testing/test-installation.ts';

let installation: TestInstallation;
let gateways: TestGateway[];

beforeAll(async () => {
  installation = await createInstallation(inject('databaseUrl'));
  for (const name of ['a', 'b', 'c']) await installation.addStrategy(name);
  gateways = await Promise.all([1, 2, 3, 4].map(() => installation.gateway()));
});
afterAll(() => installation.end());

/** Posts `count` alerts to the gateways and strategies in turn, `atOnce` under way at any time. */
async function post(count: number, atOnce: number, mark: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  let n = 0;
  const sender = async (): Promise<void> => {
    for (let mine = n++; mine < count; mine = n++) {
      answers.push(await gateways[mine % 4]!.post(limitAlert('abc'[mine % 3]!, { n: mine, mark })));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  return answers;
}

test('whoever reads up to an arrival number has seen every alert of the strategy below it', async () => {
  const queue = installation.startOrderQueue();
  // A reader beside the writers: a number that appears below one already seen was committed out of order.
  const last = new Map<string, number>();
  const late: unknown[] = [];
  let reading = true;
  const reader = (async () => {
    const seen = new Set<number>();
    while (reading) {
      for (const { strategy, arrival } of await installation.sql<{ strategy: string; arrival: number }[]>`
        select strategy, arrival from gateway.alert_to_plan order by arrival`) {
        if (seen.has(arrival)) continue;
        seen.add(arrival);
        if (arrival < (last.get(strategy) ?? 0)) late.push({ strategy, arrival });
        last.set(strategy, Math.max(arrival, last.get(strategy) ?? 0));
      }
    }
  })();
  const answers = await post(300, 12, 'order');
  reading = false;
  await reader;
  await queue.stop();
  expect(answers.map(({ status }) => status)).toEqual(Array(300).fill(200));
  expect(late).toEqual([]);
  const [row] = await installation.sql`
    select count(*)::int as alerts, count(distinct arrival)::int as arrivals,
           bool_and(received_at >= before or before is null) as rising
    from (select arrival, received_at, lag(received_at) over (partition by strategy order by arrival) as before
          from gateway.receipt) as r`;
  expect(row).toEqual({ alerts: 300, arrivals: 300, rising: true });
  const [{ deadlocks }] = (await installation.sql`
    select deadlocks from pg_stat_database where datname = current_database()`) as unknown as [{ deadlocks: number }];
  expect(deadlocks).toBe(0);
});

test('every alert is answered in time although listening connections are cut every second', async () => {
  const queue = installation.startOrderQueue();
  let cuts = 0;
  const cutter = setInterval(() => {
    void installation.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'webhook-gateway listener'`.then((rows) => {
      cuts += rows.length;
    });
  }, 1_000);
  const answers: Answer[] = [];
  // For a little more than four seconds, whatever the machine makes of it.
  for (const until = performance.now() + 4_200; performance.now() < until; ) {
    answers.push(...(await post(12, 4, `cut ${answers.length}`)));
  }
  clearInterval(cutter);
  expect(cuts).toBeGreaterThanOrEqual(12);
  await queue.stop();
  expect(answers.filter(({ status }) => status !== 200 && status !== 202)).toEqual([]);
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(2_800);
});

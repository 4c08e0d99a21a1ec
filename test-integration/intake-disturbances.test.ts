import { setTimeout as pause } from 'node:timers/promises';
import { startTcpProxy, type TcpProxy } from '@sluice/service-runtime/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { batch, limits, market } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { failed } from './harness/expected-answer.ts';
import type { AlertBody, Answer } from './harness/gateway-client.ts';
import { storedAlerts } from './harness/stored-alerts.ts';
import { useStack } from './harness/use-stack.ts';

/** The latest moment an alert is answered, and the latest a store that hangs is reported. */
const latestAnswerMs = 2_800;
const latestRefusalMs = 2_000;

// Every process reaches Postgres by a way of its own that can stop passing anything on.
const proxies: TcpProxy[] = [];
const streaming = ['stream-1', 'stream-2', 'stream-3'];
const away = ['away-1', 'away-2'];
const stack = useStack({
  strategies: [...streaming, ...away, 'poisoned'],
  gateways: 2,
  async environment(_service, databaseUrl) {
    const proxy = await startTcpProxy(databaseUrl);
    proxies.push(proxy);
    return { DATABASE_URL: proxy.url };
  },
});
afterAll(async () => {
  for (const proxy of proxies) await proxy.close();
});

// The first test of the file: a listening connection that is older than a few seconds does not look like one any more.
test('with listening connections cut every second, every alert is answered in time and executed once', async () => {
  const answers: Answer[] = [];
  let cuts = 0;
  const cutter = setInterval(() => {
    void stack().sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query ilike 'listen %'`.then((rows) => {
      cuts += rows.length;
    });
  }, 1_000);
  const until = performance.now() + 5_200;
  const sent = new Map(streaming.map((strategy) => [strategy, 0]));
  const sender = async (strategy: string, gateway: number): Promise<void> => {
    while (performance.now() < until) {
      const number = sent.get(strategy)! + 1;
      sent.set(strategy, number);
      const body = { ...batch(strategy, [market('BTC/USDT', { qty_per: 1 })]), number };
      answers.push(await stack().gateway.alert(body, { gateway }));
    }
  };
  await Promise.all(streaming.flatMap((strategy) => [sender(strategy, 0), sender(strategy, 1)]));
  clearInterval(cutter);

  // Two gateways' and order-queue's own, each time.
  expect(cuts).toBeGreaterThanOrEqual(4 * 3);
  expect(answers.filter(({ status }) => status !== 200 && status !== 202)).toEqual([]);
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(latestAnswerMs);
  for (const strategy of streaming) {
    await eventually(async () => {
      expect((await stack().exchange.record(strategy)).orders).toHaveLength(sent.get(strategy)!);
    });
  }
});

describe('an alert that cannot be planned', () => {
  const usual = { price: 90_000 };
  const poison: AlertBody = limits('poisoned', 'BTC/USDT', [80_000, 79_000]);
  const damaged = (orders: unknown): AlertBody => ({ ...poison, damage: JSON.stringify(orders) });
  const stored = {
    orderIndex: 0,
    type: 'LIMIT',
    symbol: 'BTC/USDT',
    side: 'buy',
    price: '80000',
    stopPrice: null,
    orderId: null,
    reduceOnly: false,
  };

  test.each<[string, AlertBody, RegExp]>([
    ['is refused by the database', { ...poison, mark: 'refuse' }, /the alert is poisoned/],
    ['is stored as an object', damaged({}), /orders/],
    ['is stored as null', damaged(null), /orders/],
    ['has an order that is null', damaged([null]), /orders/],
    ['has an order without its fields', damaged([{ type: 'LIMIT' }]), /orders/],
    ['has a price that is no decimal', damaged([{ ...stored, price: 'a lot', qtyPer: '10' }]), /orders/],
  ])('because it %s ends as failed and delays the next by less than a second', async (_title, body, reason) => {
    await installPoison();
    const before = await stack().gateway.alert(next());

    const known = (await storedAlerts(stack().sql, 'poisoned')).length;
    const poisoned = stack().gateway.alert(body);
    await eventually(async () => expect(await storedAlerts(stack().sql, 'poisoned')).toHaveLength(known + 1));
    const after = await stack().gateway.alert(next(), { gateway: 1 });

    expect(after).toMatchObject({ status: 200, body: { success: true, summary: { exchange_submitted: 1 } } });
    expect(after.ms - before.ms).toBeLessThan(1_000);
    const { status, body: answer } = await poisoned;
    expect(status).toBe(200);
    expect(answer).toMatchObject({ success: false, error: expect.stringMatching(/^대기열 처리 실패: /) });
    expect(answer.error).toMatch(reason);
    expect((await stack().gateway.get(`/api/webhook/${answer.id}`)).body).toEqual(answer);
    for (const result of answer.results) expect(result).toEqual(failed(result.order_index, 'poisoned', answer.error));
    expect(await stack().orders.messages('poisoned')).toContainEqual(
      expect.objectContaining({ kind: 'order_failed', key: `alert:${answer.id}:poisoned` }),
    );
    const { orders } = await stack().exchange.record('poisoned');
    expect(orders.filter(({ price }) => Number(price) <= 80_000)).toEqual([]);
  });

  function next(): AlertBody {
    usual.price -= 1;
    return limits('poisoned', 'BTC/USDT', [usual.price]);
  }
});

/** Planning fails for an alert with a mark; the orders of one with a damage are stored as the damage says. */
async function installPoison(): Promise<void> {
  await stack().sql.unsafe(`
    create or replace function public.refuse_poisoned() returns trigger language plpgsql as $$
      begin
        if exists (select from gateway.receipt r where r.id = new.alert_id and r.body like '%"mark":"refuse"%') then
          raise exception 'the alert is poisoned';
        end if;
        return new;
      end $$;
    create or replace function public.damage_receipt() returns trigger language plpgsql as $$
      begin
        new.orders := coalesce((new.body::jsonb ->> 'damage')::jsonb, new.orders);
        return new;
      end $$;
    create or replace trigger refuse_poisoned before insert on orders.entry
      for each row execute function public.refuse_poisoned();
    create or replace trigger damage_receipt before insert on gateway.receipt
      for each row execute function public.damage_receipt();`);
}

test('with the store away for 10 s alerts are answered 503, and their resends afterwards are executed once', async () => {
  let number = 0;
  const sent: { strategy: string; prices: number[]; tries: Answer[] }[] = [];
  /** As a sender of webhooks does: again while the answer is 5xx, with the same body. */
  const sender = async (strategy: string, gateway: number): Promise<void> => {
    number += 1;
    const prices = [90_000 - number, 80_000 - number];
    const tries: Answer[] = [];
    sent.push({ strategy, prices, tries });
    do {
      if (tries.length > 0) await pause(500);
      tries.push(await stack().gateway.alert(limits(strategy, 'ETH/USDT', prices.map(ofEther)), { gateway }));
    } while (tries.at(-1)!.status >= 500);
  };
  const burst = () => away.flatMap((strategy) => [0, 1].map((gateway) => sender(strategy, gateway)));

  // Some are on their way when the store goes.
  const senders = burst();
  await eventually(async () => expect(await storedAlerts(stack().sql, away[0]!)).not.toEqual([]));
  for (const proxy of proxies) proxy.pause();
  const inTheAir = sent.length;
  const backAt = performance.now() + 10_000;
  for (let at = 0; at < 3; at += 1) {
    senders.push(...burst());
    await pause(2_500);
  }
  const meanwhile = sent.slice(inTheAir).map(({ tries }) => tries.slice());
  await pause(backAt - performance.now());
  for (const proxy of proxies) proxy.resume();
  await Promise.all(senders);

  for (const { status, ms, body } of meanwhile.flat()) {
    expect(status).toBe(503);
    expect(ms).toBeLessThan(latestRefusalMs);
    expect(body).toMatchObject({ success: false, error: expect.stringContaining('send it again') });
  }
  const all = sent.flatMap(({ tries }) => tries);
  expect(Math.max(...all.map(({ ms }) => ms))).toBeLessThan(latestAnswerMs);
  expect(sent.map(({ tries }) => tries.at(-1)!.status).filter((status) => status > 202)).toEqual([]);

  for (const strategy of away) {
    const alerts = sent.filter((alert) => alert.strategy === strategy);
    const expected = alerts.flatMap(({ prices }) => prices.map(ofEther)).sort(rising);
    await eventually(async () => expect(await stack().orders.counts(strategy)).toEqual({ open: expected.length }));
    const { orders, acceptedTwice } = await stack().exchange.record(strategy);
    expect(orders.map(({ price }) => Number(price)).sort(rising)).toEqual(expected);
    expect(acceptedTwice).toEqual([]);
    // Nothing half done: what was taken was taken once, and has its result.
    const stored = await storedAlerts(stack().sql, strategy);
    const taken = stored.filter(({ arrival }) => arrival !== null);
    expect(taken).toHaveLength(alerts.length);
    expect(taken.every(({ completed }) => completed)).toBe(true);
    const ids = new Set(taken.map(({ id }) => id));
    for (const { duplicateOf } of stored) expect(duplicateOf === null || ids.has(duplicateOf)).toBe(true);
  }
});

function ofEther(price: number): number {
  return Number((price / 30).toFixed(2));
}

function rising(one: number, other: number): number {
  return one - other;
}

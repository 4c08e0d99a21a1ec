import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { batch, ladder, limit, limits, market } from '../harness/alerts.ts';
import { eventually } from '../harness/eventually.ts';
import { answer, executed, failed, rebalanced, summary, waiting } from '../harness/expected-answer.ts';
import type { Stack } from '../harness/start-stack.ts';
import { type Statement, startStatementProxy, transactionsOf } from '../harness/statement-proxy.ts';
import type { Strategies } from '../harness/test-configuration.ts';
import type { TestVenue } from '../harness/test-venues.ts';
import { useStack } from '../harness/use-stack.ts';

/**
 * What every venue has to do alike: S1 to S7 on one installation of that venue alone. The open-order limit is 20 per
 * symbol; a buy at a higher price ranks before one at a lower.
 * `more` are strategies of tests that the venue has beside them, on the installation that is given back.
 */
export function scenarios(venue: TestVenue, more: Strategies = []): () => Stack {
  const { symbol, venueSymbol } = venue.main;
  // order-queue reaches Postgres through a proxy that writes down every statement it executes.
  let proxy: Awaited<ReturnType<typeof startStatementProxy>>;
  const stack = useStack({
    venue,
    strategies: [
      's1',
      's2',
      's3',
      's4',
      's5',
      { name: 's6', accounts: ['s6', 's6b'] },
      { name: 's7', accounts: ['s7', 's7b'] },
      'settled',
      'better',
      ...more,
    ],
    orderQueue: async (databaseUrl) => {
      proxy = await startStatementProxy(databaseUrl);
      return { DATABASE_URL: proxy.url };
    },
  });

  test('S1: with 19 orders open, one more LIMIT is sent at once', async () => {
    await placed('s1', ladder(95_000, 19, -100));

    const body = await stack().gateway.settled(limits('s1', symbol, [90_000]));

    const open = await stack().exchange.resting('s1', venueSymbol);
    const sent = open.find(({ price }) => Number(price) === 90_000)!;
    expect(body).toEqual(
      answer('s1', {
        results: [executed(0, 's1', String(sent.orderId))],
        rebalanced: [rebalanced(symbol, { executed: 1, cancelled: 0 })],
        summary: summary({
          total_orders: 1,
          queued_orders: 1,
          executed_orders: 1,
          executed_from_queue: 1,
          successful_orders: 1,
          exchange_submitted: 1,
        }),
      }),
    );
    expect(open).toHaveLength(20);
    expect(await stack().orders.counts('s1')).toEqual({ open: 20 });
  });

  test('S2: with 20 orders open, a LIMIT that ranks last waits and moves nothing', async () => {
    await placed('s2', ladder(95_000, 20, -100));
    const before = await openIds('s2');

    const body = await stack().gateway.settled(limits('s2', symbol, [90_000]));

    const waits = (await stack().orders.of('s2')).find(({ status }) => status === 'pending')!;
    expect(body).toEqual(
      answer('s2', {
        results: [waiting(0, 's2', waits.id)],
        rebalanced: [rebalanced(symbol, { executed: 0, cancelled: 0 })],
        summary: summary({ total_orders: 1, queued_orders: 1, remaining_in_queue: 1, successful_orders: 1 }),
      }),
    );
    expect(await openIds('s2')).toEqual(before);
    expect(await stack().orders.counts('s2')).toEqual({ open: 20, pending: 1 });
  });

  test('S3: of a batch of 30 LIMIT orders the 20 best are sent and 10 wait', async () => {
    // Neither rising nor falling: 7 has no common divisor with 30.
    const prices = ladder(0, 30, 7).map((place) => 94_000 - (place % 30) * 100);

    const body = await stack().gateway.settled(limits('s3', symbol, prices));

    const isBest = (price: number) => price > 94_000 - 20 * 100;
    expect(body).toEqual(
      answer('s3', {
        results: prices.map((price, index) => (isBest(price) ? executed(index, 's3') : waiting(index, 's3'))),
        rebalanced: [rebalanced(symbol, { executed: 20, cancelled: 0 })],
        summary: summary({
          total_orders: 30,
          queued_orders: 30,
          executed_orders: 20,
          executed_from_queue: 20,
          remaining_in_queue: 10,
          successful_orders: 30,
          exchange_submitted: 20,
        }),
      }),
    );
    expect(await openPrices('s3')).toEqual(prices.filter(isBest).sort(rising));
    expect(await stack().orders.counts('s3')).toEqual({ open: 20, pending: 10 });
    expect((await stack().exchange.record('s3')).highestOpen[venueSymbol]!.total).toBe(20);
  });

  test('S4: 10 MARKET orders are immediate and 20 LIMIT orders of the same batch go through the queue', async () => {
    const orders = [
      ...ladder(95_000, 20, -100).map((price) => limit(symbol, price)),
      ...Array.from({ length: 10 }, () => market(symbol)),
    ];

    const body = await stack().gateway.settled(batch('s4', orders));

    expect(body).toEqual(
      answer('s4', {
        results: orders.map((_, index) => executed(index, 's4')),
        rebalanced: [rebalanced(symbol, { executed: 20, cancelled: 0 })],
        summary: summary({
          total_orders: 30,
          immediate_orders: 10,
          queued_orders: 20,
          executed_orders: 30,
          executed_from_queue: 20,
          successful_orders: 30,
          exchange_submitted: 20,
        }),
      }),
    );
    const { orders: seen } = await stack().exchange.record('s4');
    expect(seen.filter(({ type }) => type === 'MARKET')).toHaveLength(10);
    expect(await stack().exchange.resting('s4', venueSymbol)).toHaveLength(20);
    await eventually(async () => expect(await stack().orders.counts('s4')).toEqual({ open: 20, filled: 10 }));
  });

  test('S5: of two alerts 0.1 s apart the second fills the room the first leaves, and nothing is sent twice', async () => {
    const a = stack().gateway.settled(limits('s5', symbol, ladder(95_000, 10, -10)));
    await pause(100);
    const b = stack().gateway.settled(limits('s5', symbol, ladder(94_000, 15, -10)));

    const first = { executed_orders: 10, executed_from_queue: 10, exchange_submitted: 10 };
    expect((await a).summary).toEqual(
      summary({ total_orders: 10, queued_orders: 10, successful_orders: 10, ...first }),
    );
    expect((await b).summary).toEqual(
      summary({ total_orders: 15, queued_orders: 15, remaining_in_queue: 5, successful_orders: 15, ...first }),
    );
    expect((await b).results).toEqual([
      ...ladder(0, 10, 1).map((index) => executed(index, 's5')),
      ...ladder(10, 5, 1).map((index) => waiting(index, 's5')),
    ]);
    expect((await b).rebalanced).toEqual([rebalanced(symbol, { executed: 10, cancelled: 0 })]);
    expect(await openPrices('s5')).toEqual([...ladder(95_000, 10, -10), ...ladder(94_000, 10, -10)].sort(rising));
    expect(await stack().orders.counts('s5')).toEqual({ open: 20, pending: 5 });
    const record = await stack().exchange.record('s5');
    expect(record.calls.place).toEqual({ received: 20, accepted: 20, refused: {} });
    expect(record.acceptedTwice).toEqual([]);
  });

  test('S6: when planning fails for an account nothing is stored for it, and the other account trades on', async () => {
    await placed('s6', ladder(95_000, 3, -100));
    const before = { s6: await openIds('s6'), s6b: await openIds('s6b') };
    const rows = await stack().orders.of('s6');
    await stack().sql.unsafe(`
    create function public.refuse_s6() returns trigger language plpgsql as
      $$ begin if new.account = 's6' then raise exception 'the disk of s6 is full'; end if; return new; end $$;
    create trigger refuse_s6 before insert on orders.entry for each row execute function public.refuse_s6();`);

    const body = await stack().gateway.settled(limits('s6', symbol, [94_000, 93_900]));
    await stack().sql.unsafe('drop trigger refuse_s6 on orders.entry');

    const error = expect.stringMatching(/^대기열 처리 실패: .*the disk of s6 is full/);
    expect(body).toEqual(
      answer('s6', {
        results: [failed(0, 's6', error), executed(0, 's6b'), failed(1, 's6', error), executed(1, 's6b')],
        rebalanced: [rebalanced(symbol, { executed: 2, cancelled: 0 })],
        summary: summary({
          total_orders: 2,
          accounts: 2,
          queued_orders: 4,
          executed_orders: 2,
          executed_from_queue: 2,
          successful_orders: 2,
          failed_orders: 2,
          exchange_submitted: 2,
        }),
      }),
    );
    expect(await stack().orders.of('s6')).toEqual(rows);
    expect(await openIds('s6')).toEqual(before.s6);
    expect(await openIds('s6b')).toHaveLength(before.s6b.length + 2);

    // What was answered as failed stays failed: the next alert is planned, this one never again.
    await stack().gateway.settled(limits('s6', symbol, [93_000]));
    expect(await stack().orders.of('s6')).toHaveLength(rows.length + 1);
  });

  test('S7: a batch of 30 is planned and recorded with the statements of a batch of 5', async () => {
    const [few, many] = venue.others;
    // Every request takes the same time, so that the answers of a batch come together and are recorded in bulk.
    await stack().exchange.control('/latency', { ms: '100' });
    const five = await statementsOf(few, 5);
    const thirty = await statementsOf(many, 30);
    await stack().exchange.control('/latency', { ms: '0-50' });

    expect(five.plans).toHaveLength(2);
    expect(thirty.plans).toEqual(five.plans);
    // 19 of the 30 fit for each of the two accounts, and at most six requests of an account are on their way at once.
    const rounds = Math.max(Math.ceil(19 / venue.batchSize), Math.ceil(19 / 6));
    expect(thirty.recordings.length).toBeLessThanOrEqual(2 * rounds);
    const known = new Set(five.recordings.flat());
    for (const recording of thirty.recordings) {
      expect(recording.filter((text) => !known.has(text))).toEqual([]);
      expect(new Set(recording).size, 'each statement once per transaction').toBe(recording.length);
    }
    for (const [text, times] of thirty.outside) expect(times, `${text} is executed once per order`).toBeLessThan(20);
  });

  test('with the 20 best open and 10 waiting, planning again sends and cancels nothing', async () => {
    await placed('settled', ladder(95_000, 30, -100));
    const before = await openIds('settled');

    const body = await stack().gateway.settled(limits('settled', symbol, [91_000]));
    expect(body.rebalanced).toEqual([rebalanced(symbol, { executed: 0, cancelled: 0 })]);
    expect(body.summary).toEqual(
      summary({ total_orders: 1, queued_orders: 1, remaining_in_queue: 1, successful_orders: 1 }),
    );

    await stack().sql`
    insert into orders.rebalance_due (account, symbol, due_at) values ('settled', ${symbol}, clock_timestamp())
    on conflict (account, symbol) do update set due_at = excluded.due_at, version = rebalance_due.version + 1`;
    await eventually(async () => {
      expect(await stack().sql`select from orders.rebalance_due where account = 'settled'`).toHaveLength(0);
    });
    expect(await openIds('settled')).toEqual(before);
    expect(await stack().orders.counts('settled')).toEqual({ open: 20, pending: 11 });
    expect((await stack().exchange.record('settled')).calls.cancel).toBeUndefined();
  });

  test('with 20 orders open, one that ranks better takes the place of the worst', async () => {
    await placed('better', ladder(94_000, 20, -100));

    const body = await stack().gateway.settled(limits('better', symbol, [95_000]));

    expect(body).toEqual(
      answer('better', {
        results: [executed(0, 'better')],
        rebalanced: [rebalanced(symbol, { executed: 1, cancelled: 1 })],
        summary: summary({
          total_orders: 1,
          queued_orders: 1,
          executed_orders: 1,
          executed_from_queue: 1,
          successful_orders: 1,
          exchange_submitted: 1,
        }),
      }),
    );
    expect(await openPrices('better')).toEqual([...ladder(94_000, 19, -100), 95_000].sort(rising));
    const rows = await stack().orders.of('better');
    expect(rows.filter(({ status }) => status === 'pending').map(({ price }) => price)).toEqual(['92100']);
    expect((await stack().exchange.record('better')).highestOpen[venueSymbol]!.total).toBe(20);
  });

  return stack;

  /** Places LIMIT buys and sees that as many as there is room for are open. */
  async function placed(strategy: string, prices: number[]): Promise<void> {
    const { summary: did } = await stack().gateway.settled(limits(strategy, symbol, prices));
    expect(did.exchange_submitted).toBe(Math.min(prices.length, 20) * did.accounts);
  }

  async function openIds(account: string): Promise<string[]> {
    return (await stack().exchange.resting(account, venueSymbol)).map(({ orderId }) => String(orderId)).sort();
  }

  async function openPrices(account: string): Promise<number[]> {
    return (await stack().exchange.resting(account, venueSymbol)).map(({ price }) => Number(price)).sort(rising);
  }

  /** What order-queue asks of Postgres while an alert of `count` orders on two accounts goes its way. */
  async function statementsOf(market: { symbol: string; price: number }, count: number) {
    // What is done once per symbol and connection is done for a first order, which ranks best and stays.
    await stack().gateway.settled(limits('s7', market.symbol, [market.price]));
    const body = limits('s7', market.symbol, ladder(market.price - 1, count, -0.1));
    proxy.take();
    const { summary: did } = await stack().gateway.settled(body);
    expect(did.successful_orders).toBe(2 * count);
    const taken = proxy.take();
    const transactions = transactionsOf(taken);
    const inside = (part: string) => transactions.filter((texts) => texts.some((text) => text.includes(part)));
    const plans = inside('insert into orders.entry');
    const recordings = inside('update orders.entry').filter((texts) => !plans.includes(texts));
    return { plans, recordings, outside: countOutside(taken, transactions.flat()) };
  }
}

/** How often each statement was executed outside transactions. */
function countOutside(taken: Statement[], inTransactions: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  const within = new Set(inTransactions);
  for (const { text } of taken) if (!within.has(text)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function rising(a: number, b: number): number {
  return a - b;
}

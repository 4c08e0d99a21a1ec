import type { AccountEntry, Exchange, ExchangePosition } from '@sluice/exchange';
import { createBoss } from '@sluice/service-runtime';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { executed, placed } from '../testing/executions.ts';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { calculateDailyPerformance } from './calculate-daily-performance.ts';
import { updatePositions } from './update-positions.ts';

let queue: TestQueue;
let boss: Awaited<ReturnType<typeof createBoss>>;
let positions: ExchangePosition[];
let entries: AccountEntry[];
let asked: number[];
let balance = '1000';

const DAY_MS = 24 * 3_600_000;
/** Noon in Seoul, two days ago: no run of this test comes near the end of that day. */
const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS - 2 * DAY_MS + 3 * 3_600_000;

beforeEach(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  boss = await createBoss({ url: queue.url, applicationName: 'order-queue-test', role: 'sender' });
  await queue.market('BTC/USDT', { open: 20 });
  positions = [];
  entries = [];
  asked = [];
});

afterEach(async () => {
  await boss.stop({ graceful: false });
  await queue.end();
});

const run = { signal: new AbortController().signal, slot: new Date(), log: undefined as never };

async function update() {
  const exchange = {
    venue: 'binance-usdm',
    positions: async () => positions,
    balance: async () => ({ currency: 'USDT', total: balance, free: balance }),
    accountEntries: async (since: number) => {
      asked.push(since);
      return entries;
    },
  } as unknown as Exchange;
  const exchanges = { of: async () => exchange, forSending: async () => exchange, close: async () => {} };
  const { sql, configuration } = queue;
  return (await updatePositions({ sql, boss, configuration, exchanges, now: Date.now })(run)).counts;
}

const price = async (last: string, at: string) =>
  await queue.sql`
    insert into market.last_price (venue, symbol, last, at) values ('binance-usdm', 'BTC/USDT', ${last}, ${at}::timestamptz)
    on conflict (venue, symbol) do update set last = excluded.last, at = excluded.at`;

const shown = async () =>
  await queue.sql`
    select strategy, quantity::text, average_entry::text as entry, realized_pnl::text as realized,
      unrealized_pnl::text as unrealized, unattributed::text, funding::text
    from orders.position order by strategy`;

test('a position is valued at the mark price, else at the last, else at what the exchange tells with it; an old price is told of', async () => {
  const buy = await placed(queue, 'buy');
  await queue.record([executed(buy, '1', '0.1', '90000', noon)]);
  expect(await shown()).toMatchObject([{ quantity: '0.1', unrealized: null }]);
  positions = [{ symbol: 'BTC/USDT', quantity: '0.1', entryPrice: '90000', price: '90500' }];
  expect(await update()).toMatchObject({ valued: 1, stale: 0 });
  expect(await shown()).toMatchObject([{ unrealized: '50' }]);
  await price('91000', new Date().toISOString());
  positions = [{ symbol: 'BTC/USDT', quantity: '0.1', entryPrice: '90000' }];
  expect(await update()).toMatchObject({ valued: 1, stale: 0 });
  expect(await shown()).toMatchObject([{ quantity: '0.1', entry: '90000', unrealized: '100', unattributed: '0' }]);
  await queue.sql`insert into market.mark_price (venue, symbol, mark, at) values ('binance-usdm', 'BTC/USDT', 92000, now())`;
  await update();
  expect(await shown()).toMatchObject([{ unrealized: '200' }]);
  await queue.sql`delete from market.mark_price`;
  await price('89000', new Date(Date.now() - 120_000).toISOString());
  expect(await update()).toMatchObject({ valued: 1, stale: 1 });
  // Between two looks a further fill is valued at the price that is known.
  await queue.record([executed(await placed(queue, 'buy'), '2', '0.1', '89500', noon + 1)]);
  expect(await shown()).toMatchObject([{ quantity: '0.2', unrealized: '-150' }]);
});

test('what the exchange holds beyond our fills is shown at once and told once, when a second look finds it', async () => {
  const buy = await placed(queue, 'buy');
  await queue.record([executed(buy, '1', '0.1', '90000', noon)]);
  positions = [
    { symbol: 'BTC/USDT', quantity: '0.3', entryPrice: '90000' },
    { symbol: 'ETH/USDT', quantity: '-1', entryPrice: '3000' },
  ];
  const told = async () =>
    (await queue.notices())
      .filter(({ kind }) => kind === 'position_unattributed')
      .map(({ symbol, quantity }) => [symbol, quantity]);
  await update();
  expect(await told()).toEqual([]);
  expect(await shown()).toMatchObject([
    { strategy: 's1', unattributed: '0.2' },
    { strategy: null, unattributed: '-1' },
  ]);
  await update();
  await update();
  expect(await told()).toEqual([
    ['BTC/USDT', '0.2'],
    ['ETH/USDT', '-1'],
  ]);
  positions = [{ symbol: 'BTC/USDT', quantity: '0.1', entryPrice: '90000' }];
  await update();
  await update();
  expect((await told()).slice(2)).toEqual([
    ['BTC/USDT', '0'],
    ['ETH/USDT', '0'],
  ]);
  expect(await shown()).toMatchObject([{ strategy: 's1', quantity: '0.1', unattributed: '0' }]);
});

test('what a poll told as a total and the fills do not say yet is ours all the same', async () => {
  const buy = await placed(queue, 'buy');
  await queue.record([executed(buy, '1', '0.04', '90000', noon)]);
  await queue.sql`update orders.attempt set executed = 0.1`;
  positions = [{ symbol: 'BTC/USDT', quantity: '0.1', entryPrice: '90000' }];
  await update();
  expect(await shown()).toMatchObject([{ quantity: '0.04', unattributed: '0' }]);
});

test('funding and a liquidation are each stored once, by whatever look finds them, and split by what was held', async () => {
  const [first, second] = [await placed(queue, 'buy'), await placed(queue, 'buy', 's2')];
  await queue.record([executed(first, '1', '0.1', '90000', noon), executed(second, '2', '0.05', '90000', noon)]);
  entries = [
    { kind: 'funding', id: '501', symbol: 'BTC/USDT', amount: '-0.3', currency: 'USDT', at: noon + 1_000 },
    {
      ...{ kind: 'liquidation', id: '3', symbol: 'BTC/USDT', side: 'sell', quantity: '0.15', price: '80000' },
      ...{ fee: '0.6', feeCurrency: 'USDT', at: noon + 2_000 },
    },
  ];
  expect(await update()).toMatchObject({ entries: 2 });
  expect(await update()).toMatchObject({ entries: 0 });
  expect(asked).toHaveLength(1);
  await queue.sql`update orders.account_history set read_to = read_to - interval '1 hour'`;
  expect(await update()).toMatchObject({ entries: 0 });
  expect(await shown()).toMatchObject([
    { strategy: 's1', quantity: '0', realized: '-1000', funding: '-0.2' },
    { strategy: 's2', quantity: '0', realized: '-500', funding: '-0.1' },
  ]);
  // First from before the first fill, then from where the last look ended, and a little before.
  expect(asked[0]).toBeLessThan(noon);
  expect(asked[1]).toBeGreaterThan(Date.now() - 2 * 3_600_000);
});

test('the history of an account that has just begun to trade is read with the first look', async () => {
  await queue.record([executed(await placed(queue, 'buy'), '1', '0.1', '90000', Date.now())]);
  positions = [{ symbol: 'BTC/USDT', quantity: '0.1', entryPrice: '90000' }];
  await update();
  await update();
  expect(asked).toHaveLength(1);
});

test('a difference has the history read at once: a liquidation is known by it before anybody is told', async () => {
  const buy = await placed(queue, 'buy');
  await queue.record([executed(buy, '1', '0.1', '90000', noon)]);
  positions = [{ symbol: 'BTC/USDT', quantity: '0.1', entryPrice: '90000' }];
  await update();
  entries = [
    {
      ...{ kind: 'liquidation', id: '2', symbol: 'BTC/USDT', side: 'sell', quantity: '0.1', price: '80000' },
      ...{ fee: '0', feeCurrency: null, at: Date.now() },
    },
    { kind: 'funding', id: '502', symbol: 'BTC/USDT', amount: '-0.3', currency: 'USDT', at: Date.now() - 1_000 },
  ];
  positions = [];
  expect(await update()).toMatchObject({ entries: 2, unattributed: 0 });
  expect(await shown()).toMatchObject([{ quantity: '0', realized: '-1000', funding: '-0.3', unattributed: '0' }]);
});

test('what a process left unfolded is folded', async () => {
  const buy = await placed(queue, 'buy');
  await queue.record([executed(buy, '1', '0.1', '90000', noon)]);
  await queue.sql`update orders.fill set folded = false`;
  await queue.sql`delete from orders.position_entry`;
  await queue.sql`delete from orders.position_state`;
  expect(await update()).toMatchObject({ refolded: 1 });
  expect(await shown()).toMatchObject([{ quantity: '0.1' }]);
});

const results = async () =>
  await queue.sql`
    select strategy, trades, wins, realized_pnl::text as realized, fees::text, funding::text, capital::text,
      return_percent::text as return from orders.daily_performance
    where day = (${new Date(noon)}::timestamptz at time zone 'Asia/Seoul')::date order by strategy`;

test('a day adds up to the orders that closed something and what they earned, and again when a late fill changes it', async () => {
  const [buy, loss, win, open] = [
    await placed(queue, 'buy'),
    await placed(queue, 'sell'),
    await placed(queue, 'sell'),
    await placed(queue, 'buy'),
  ];
  await queue.record([
    executed(buy, '1', '0.1', '90000', noon),
    // One order that closes in two executions is one trade.
    executed(win, '2', '0.02', '91000', noon + 1),
    executed(win, '3', '0.02', '92000', noon + 2),
    executed(loss, '4', '0.02', '89000', noon + 3),
  ]);
  const daily = calculateDailyPerformance({ sql: queue.sql });
  const dayAfter = new Date(noon + 12 * 3_600_000 + 13_000);
  await daily({ ...run, slot: dayAfter });
  const once = await results();
  expect(once).toEqual([
    {
      strategy: 's1',
      trades: 2,
      wins: 1,
      realized: '40',
      fees: '0.08',
      funding: '0',
      capital: '10000',
      return: '0.399200',
    },
    {
      strategy: 's2',
      trades: 0,
      wins: 0,
      realized: '0',
      fees: '0',
      funding: '0',
      capital: '10000',
      return: '0.000000',
    },
  ]);
  await daily({ ...run, slot: dayAfter });
  expect(await results()).toEqual(once);

  await queue.record([executed(open, '0', '0.1', '80000', noon - 1)]);
  expect(await results()).toEqual(once);
  expect(await update()).toMatchObject({ days: 1 });
  // Bought at 85,000 on average by then.
  expect(await results()).toMatchObject([{ strategy: 's1', trades: 2, wins: 2, realized: '340', fees: '0.1' }, {}]);
});

test('days that were missed are calculated with the next run, and a day ends in the zone of the installation', async () => {
  const [buy, sell] = [await placed(queue, 'buy'), await placed(queue, 'sell')];
  const midnight = noon + 12 * 3_600_000;
  await queue.record([
    executed(buy, '1', '0.1', '90000', noon - 2 * DAY_MS),
    executed(sell, '2', '0.1', '91000', midnight - 1),
  ]);
  const daily = calculateDailyPerformance({ sql: queue.sql });
  await daily({ ...run, slot: new Date(midnight - 3 * DAY_MS + 13_000) });
  await daily({ ...run, slot: new Date(midnight + 13_000) });
  const [series] = await queue.sql`select count(distinct day)::int as days from orders.daily_performance`;
  expect(series).toEqual({ days: 4 });
  expect(await results()).toMatchObject([{ strategy: 's1', trades: 1, realized: '100' }, { strategy: 's2' }]);
});

test("an account's balance is kept as last read in each hour", async () => {
  await update();
  const rows = () =>
    queue.sql`select account, trim_scale(balance)::text as balance from orders.known_balance order by at`;
  const accounts = [...queue.configuration().accounts.keys()];
  expect(await rows()).toHaveLength(accounts.length);
  await queue.sql`update orders.account_balance set hour = hour - interval '1 hour', read_at = read_at - interval '1 hour'`;
  balance = '900';
  await update();
  balance = '950.5';
  await update();
  const ofFirst = (await rows()).filter(({ account }) => account === accounts[0]);
  expect(ofFirst.map((row) => row.balance)).toEqual(['1000', '950.5']);
});

import { Decimal } from '@sluice/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { lockPairs } from '../db/lock-pairs.ts';
import { readPositions } from '../db/position-ledger.ts';
import { placed } from '../testing/executions.ts';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { compareEntries, foldPair, type PairEntry, type PairState } from './fold-pair.ts';
import { foldPositions } from './fold-positions.ts';

let queue: TestQueue;
let orderId: number;
let rounds = 0;

beforeAll(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
  await queue.market('BTC/USDT', { open: 20 });
  orderId = (await placed(queue, 'buy')).orderId;
});
afterAll(async () => {
  await queue.end();
});

const day = Date.now() - 24 * 3_600_000;
const amount = (most: number, places: number) =>
  fc.integer({ min: 1, max: most }).map((digits) => new Decimal(digits).div(10 ** places));

/** Few moments, so that many are of one millisecond; ids of one and of two digits, which text would sort otherwise. */
const entry = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      strategy: fc.constantFrom('s1', 's2'),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      quantity: amount(20, 3),
      price: amount(9_999, 1),
      fee: amount(50, 3),
      feeCurrency: fc.constantFrom('USDT', 'BNB'),
      orderId: fc.constant(0),
      at: fc.integer({ min: day, max: day + 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('funding' as const),
      amount: fc.integer({ min: -99, max: 99 }).map((digits) => new Decimal(digits).div(100)),
      foreign: fc.constant(new Decimal(0)),
      at: fc.integer({ min: day, max: day + 4 }),
    }),
  },
);
/** A history, the order it arrives in, and how many of it arrive at a time. */
const arrival = fc
  .array(entry, { minLength: 1, maxLength: 14 })
  .map((all) => all.map((one, index): PairEntry => ({ ...one, id: String(index + 5), source: 0 })))
  .chain((entries) =>
    fc.record({
      entries: fc.shuffledSubarray(entries, { minLength: entries.length }),
      atOnce: fc.integer({ min: 1, max: 4 }),
    }),
  );

test('stored in any order and in any portions, fills and funding end in the positions of the sorted whole', async () => {
  await fc.assert(
    fc.asyncProperty(arrival, async ({ entries, atOnce }) => {
      rounds += 1;
      const pair = { account: 'a1', symbol: `R${rounds}/USDT` };
      for (let from = 0; from < entries.length; from += atOnce) {
        await queue.sql.begin(async (tx) => {
          await lockPairs(tx, [pair]);
          for (const one of entries.slice(from, from + atOnce)) await store(pair.symbol, one, tx);
          await foldPositions(tx, [pair], queue.configuration());
        });
      }
      const stored = (await queue.sql.begin((tx) => readPositions(tx, pair))) as PairState;
      const sorted = [...entries].sort(compareEntries);
      const { state } = foldPair(new Map(), sorted, { symbol: pair.symbol, spot: false });
      expect(plain(stored)).toEqual(plain(state));
    }),
    { numRuns: 25 },
  );
});

function plain(state: PairState) {
  const digits = (text: string) => new Decimal(text).toFixed();
  return [...state]
    .map(([strategy, { otherFees, ...numbers }]) => [
      strategy,
      ...Object.values(numbers).map((number) => digits(number.toString())),
      ...Object.entries(otherFees).map(([currency, fee]) => `${fee.toFixed()} ${currency}`),
    ])
    .sort();
}

async function store(symbol: string, one: PairEntry, tx: Parameters<typeof lockPairs>[0]): Promise<void> {
  const at = new Date(one.at);
  if (one.kind === 'fill') {
    await tx`
      insert into orders.fill (account, venue, symbol, trade_id, order_id, attempt, strategy, side, price, quantity, fee,
        fee_currency, maker, at)
      values ('a1', 'binance-usdm', ${symbol}, ${one.id}, ${orderId}, 1, ${one.strategy}, ${one.side}, ${one.price.toFixed()},
        ${one.quantity.toFixed()}, ${one.fee.toFixed()}, ${one.feeCurrency}, true, ${at})`;
  } else if (one.kind === 'funding') {
    await tx`
      insert into orders.account_entry (account, venue, symbol, kind, exchange_id, amount, foreign_quantity, at)
      values ('a1', 'binance-usdm', ${symbol}, 'funding', ${one.id}, ${one.amount.toFixed()}, 0, ${at})`;
  }
}

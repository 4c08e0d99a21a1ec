import { expect, test } from 'vitest';
import { ladder, limits } from './harness/alerts.ts';
import { type Statement, startStatementProxy, transactionsOf } from './harness/statement-proxy.ts';
import { useStack } from './harness/use-stack.ts';

// order-queue reaches Postgres through a proxy that writes down every statement it executes.
let proxy: Awaited<ReturnType<typeof startStatementProxy>>;

const stack = useStack({
  strategies: [{ name: 'counted', accounts: ['one', 'two'] }],
  // Every request takes the same time, so that the answers of a batch come together and are recorded in bulk.
  paper: { PAPER_LATENCY_MS: '100' },
  orderQueue: async (databaseUrl) => {
    proxy = await startStatementProxy(databaseUrl);
    return { DATABASE_URL: proxy.url };
  },
});

test('S7: a batch of 30 is planned and recorded with the statements of a batch of 5', async () => {
  const five = await statementsOf('ETH/USDT', 5, 3_500);
  const thirty = await statementsOf('SOL/USDT', 30, 170);

  expect(five.plans).toHaveLength(2);
  expect(thirty.plans).toEqual(five.plans);
  // 19 of the 30 fit, in four requests for each of the two accounts.
  expect(thirty.recordings.length).toBeLessThanOrEqual(8);
  const known = new Set(five.recordings.flat());
  for (const recording of thirty.recordings) {
    expect(recording.filter((text) => !known.has(text))).toEqual([]);
    expect(new Set(recording).size, 'each statement once per transaction').toBe(recording.length);
  }
  for (const [text, times] of thirty.outside) expect(times, `${text} is executed once per order`).toBeLessThan(20);
});

/** What order-queue asks of Postgres while an alert of `count` orders on two accounts goes its way. */
async function statementsOf(symbol: string, count: number, price: number) {
  // What is done once per symbol and connection is done for a first order, which ranks best and stays.
  await stack().gateway.settled(limits('counted', symbol, [price]));
  const body = limits('counted', symbol, ladder(price - 1, count, -0.1));
  proxy.take();
  const { summary } = await stack().gateway.settled(body);
  expect(summary.successful_orders).toBe(2 * count);
  const taken = proxy.take();
  const transactions = transactionsOf(taken);
  const inside = (part: string) => transactions.filter((texts) => texts.some((text) => text.includes(part)));
  const plans = inside('insert into orders.entry');
  const recordings = inside('update orders.entry').filter((texts) => !plans.includes(texts));
  return { plans, recordings, outside: countOutside(taken, transactions.flat()) };
}

/** How often each statement was executed outside transactions. */
function countOutside(taken: Statement[], inTransactions: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  const within = new Set(inTransactions);
  for (const { text } of taken) if (!within.has(text)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

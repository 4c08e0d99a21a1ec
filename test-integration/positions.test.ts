import { expect, test } from 'vitest';
import { batch, limits, market } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { useStack } from './harness/use-stack.ts';

const symbol = 'ETH/USDT';
const stack = useStack({ strategies: ['flips', 'rides'] });

type Position = Record<
  'quantity' | 'average_entry' | 'realized_pnl' | 'unrealized_pnl' | 'fees' | 'funding' | 'unattributed' | 'mark_price',
  string
>;

async function position(strategy: string): Promise<Position | undefined> {
  const { body } = await stack().gateway.asAdmin<{ positions: Position[] }>(`/api/positions?strategy=${strategy}`);
  return body.positions[0];
}

/** What the exchange says of the account: its position, and its sums over all trades. */
async function atExchange(account: string) {
  const positions = await stack().exchange.signed<{ positionAmt: string; entryPrice: string }[]>(
    account,
    'GET',
    '/fapi/v3/positionRisk',
    { symbol: 'ETHUSDT' },
  );
  const trades = await stack().exchange.signed<{ realizedPnl: string; commission: string }[]>(
    account,
    'GET',
    '/fapi/v1/userTrades',
    { symbol: 'ETHUSDT' },
  );
  const sum = (of: 'realizedPnl' | 'commission') => trades.reduce((all, trade) => all + Number(trade[of]), 0);
  return {
    quantity: Number(positions[0]?.positionAmt ?? 0),
    entry: Number(positions[0]?.entryPrice ?? 0),
    realized: sum('realizedPnl'),
    fees: sum('commission'),
  };
}

async function agree(account: string): Promise<void> {
  const [ours, theirs] = [await position(account), await atExchange(account)];
  expect(Number(ours?.quantity)).toBe(theirs.quantity);
  expect(Number(ours?.average_entry)).toBeCloseTo(theirs.entry, 2);
  expect(Number(ours?.realized_pnl)).toBeCloseTo(theirs.realized, 4);
  expect(Number(ours?.fees)).toBeCloseTo(theirs.fees, 4);
}

test("a position is the exchange's own through a flip, a restart and fills nobody was there to hear", async () => {
  await stack().exchange.setPrice('ETHUSDT', '3400');
  await stack().gateway.settled(batch('flips', [market(symbol, { qty_per: 1 })]));
  await eventually(async () => expect(Number((await position('flips'))?.quantity)).toBeGreaterThan(0));

  await stack().exchange.setPrice('ETHUSDT', '3500');
  await stack().gateway.settled(batch('flips', [market(symbol, { side: 'sell', qty_per: 3 })]));
  await eventually(async () => expect(Number((await position('flips'))?.quantity)).toBeLessThan(0));
  await eventually(() => agree('flips'));
  expect(Number((await position('flips'))!.realized_pnl)).toBeGreaterThan(0);

  await stack().gateway.settled(limits('flips', symbol, [3_450], { qty_per: 5 }));
  expect(await stack().orderQueues[0]!.stop()).toBe(0);
  await stack().exchange.setPrice('ETHUSDT', '3440');
  await stack().orderQueues[0]!.start();
  await eventually(async () => {
    await stack().updateOpenOrders();
    // Its fills are left to the stream for five seconds; here nobody was there to hear them.
    await stack().sql`update orders.attempt set reported_at = reported_at - interval '6 s' where filled < executed`;
    expect(Number((await position('flips'))?.quantity)).toBeGreaterThan(0);
  }, 20_000);
  await agree('flips');
});

test('it is valued at the mark price, and bears its funding', async () => {
  await stack().gateway.settled(batch('rides', [market(symbol, { qty_per: 1 })]));
  await eventually(async () => expect(Number((await position('rides'))?.quantity)).toBeGreaterThan(0));
  await stack().exchange.control('/funding', { symbol: 'ETHUSDT', rate: '0.001' });
  // It is read hourly; a run that came before this test has read it.
  await stack().sql`delete from orders.account_history`;
  await stack().runJob('update_positions');
  const held = (await position('rides'))!;
  expect(Number(held.funding)).toBeCloseTo(-0.001 * Number(held.quantity) * 3_440, 0);
  expect(held.unattributed).toBe('0');
  const profit = Number(held.quantity) * (Number(held.mark_price) - Number(held.average_entry));
  expect(Number(held.unrealized_pnl)).toBeCloseTo(profit, 4);
});

import { expect, test } from 'vitest';
import { batch, cancelAll, market, stopLimit, stopMarket } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { keyOf } from './harness/test-configuration.ts';
import { binanceSpot } from './harness/test-venues.ts';
import { scenarios } from './trials/scenarios.ts';

const stack = scenarios(binanceSpot, ['holds', 'stops', 'rests']);
const symbol = 'ETH/USDT';

type Holding = Record<'quantity' | 'unattributed' | 'mark_price' | 'unrealized_pnl' | 'fees', string>;

async function holding(strategy: string): Promise<Holding | undefined> {
  const { body } = await stack().gateway.asAdmin<{ positions: Holding[] }>(`/api/positions?strategy=${strategy}`);
  return body.positions[0];
}

/** What the account holds by the exchange's own books. */
async function heldAtExchange(account: string): Promise<string | undefined> {
  const { positions } = await stack().exchange.control<{ positions: { symbol: string; amount: string }[] }>(
    `/open?account=${keyOf(account)}`,
  );
  return positions.find((one) => one.symbol === 'ETHUSDT')?.amount;
}

test('what is bought is held less its fee, is worth the last price, and is sold again by a reduce-only sale', async () => {
  await stack().exchange.setPrice('ETHUSDT', '3600');
  await stack().gateway.settled(batch('holds', [market(symbol)]));
  // 1,000 of 10,000 USDT at 3,600 are 0.2777 ETH, of which the exchange keeps a thousandth.
  await eventually(async () => expect((await holding('holds'))?.quantity).toBe('0.2774223'));
  expect(await heldAtExchange('holds')).toBe('0.2774223');

  await stack().exchange.setPrice('ETHUSDT', '3700');
  await eventually(async () => {
    await stack().runJob('update_positions');
    expect((await holding('holds'))?.mark_price).toBe('3700');
  });
  const held = (await holding('holds'))!;
  expect(held.unattributed).toBe('0');
  expect(Number(held.unrealized_pnl)).toBeCloseTo(0.2774223 * 100, 4);
  expect(Number(held.fees)).toBeCloseTo(0.0002777 * 3_600, 4);

  await stack().gateway.settled(batch('holds', [market(symbol, { side: 'sell', qty_per: 100, reduce_only: true })]));
  // What a step of 0.0001 leaves of it.
  await eventually(async () => expect((await holding('holds'))?.quantity).toBe('0.0000223'));
  expect(await heldAtExchange('holds')).toBe('0.0000223');
});

test('a stop waits in the book, is filled when its price comes, and is known by one id all the time', async () => {
  await stack().exchange.setPrice('ETHUSDT', '3700');
  await stack().gateway.settled(batch('stops', [stopMarket(symbol, 3_750)]));
  const [waiting] = await stack().orders.of('stops');
  expect(waiting).toMatchObject({ status: 'open', triggeredOrderId: null });

  await stack().exchange.setPrice('ETHUSDT', '3760');
  await eventually(async () => {
    const [filled] = await stack().orders.of('stops');
    expect(filled).toMatchObject({ status: 'filled', exchangeOrderId: waiting!.exchangeOrderId, attempts: 1 });
  });
  expect((await stack().exchange.record('stops')).acceptedTwice).toEqual([]);
});

test('a stop with a limit rests in the book once it has triggered, and is cancelled there', async () => {
  await stack().exchange.setPrice('ETHUSDT', '3760');
  await stack().gateway.settled(batch('rests', [stopLimit(symbol, 3_800, 3_790)]));
  await stack().exchange.setPrice('ETHUSDT', '3810');
  await eventually(async () => expect(await stack().orders.counts('rests')).toEqual({ triggered: 1 }));

  const { results } = await stack().gateway.settled(batch('rests', [cancelAll(symbol)]));
  expect(results).toMatchObject([{ success: true, result: { cancelled: 1 } }]);
  await eventually(async () => expect(await stack().orders.counts('rests')).toEqual({ cancelled: 1 }));
});

import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeAlgo } from './algo-order.ts';
import { cancelAlgo, cancelOrder } from './cancel-order.ts';
import { fillOrder } from './fill.ts';
import { isOpen, remaining } from './order.ts';
import { placeOrder } from './place-order.ts';
import { isReducing } from './position.ts';
import { movePrice } from './price-move.ts';
import { type Account, createVenue, type Venue } from './venue.ts';

const side = fc.constantFrom('BUY' as const, 'SELL' as const);
const price = fc.integer({ min: 950, max: 970 }).map((hundreds) => new Decimal(hundreds).times(100));
const quantity = fc.integer({ min: 2, max: 40 }).map((steps) => new Decimal(steps).times('0.001'));

type Step = (venue: Venue, account: Account) => void;

const placeStep: fc.Arbitrary<Step> = fc
  .record({ side, price, quantity, reduceOnly: fc.boolean(), market: fc.boolean() })
  .map((wish) => (venue, account) => {
    placeOrder(
      venue,
      account,
      {
        symbol: 'BTCUSDT',
        side: wish.side,
        positionSide: 'BOTH',
        type: wish.market ? 'MARKET' : 'LIMIT',
        timeInForce: 'GTC',
        quantity: wish.quantity,
        price: wish.market ? undefined : wish.price,
        reduceOnly: wish.reduceOnly,
        clientOrderId: undefined,
      },
      0,
    );
  });
const stopStep: fc.Arbitrary<Step> = fc.record({ side, price, quantity }).map((wish) => (venue, account) => {
  placeAlgo(
    venue,
    account,
    {
      symbol: 'BTCUSDT',
      side: wish.side,
      positionSide: 'BOTH',
      type: 'STOP_MARKET',
      timeInForce: 'GTC',
      quantity: wish.quantity,
      price: undefined,
      triggerPrice: wish.price,
      workingType: 'CONTRACT_PRICE',
      reduceOnly: false,
      closePosition: false,
      clientAlgoId: undefined,
    },
    0,
  );
});
const moveStep: fc.Arbitrary<Step> = price.map((last) => (venue) => {
  movePrice(venue, venue.markets.get('BTCUSDT')!, last, undefined, 0);
});
const cancelStep: fc.Arbitrary<Step> = fc.nat({ max: 30 }).map((index) => (venue, account) => {
  const order = [...account.orders.values()][index];
  if (order) cancelOrder(venue, account, 'BTCUSDT', { id: order.orderId, clientId: undefined }, 0);
  const algo = [...account.algos.values()][index];
  if (algo) cancelAlgo(venue, account, { id: algo.algoId, clientId: undefined }, 0);
});
const fillStep: fc.Arbitrary<Step> = fc
  .record({ index: fc.nat({ max: 10 }), quantity })
  .map((wish) => (venue, account) => {
    const order = [...(account.open.get('BTCUSDT')?.values() ?? [])][wish.index];
    if (order?.price) fillOrder(venue, account, order, wish.quantity, order.price, true, 0);
  });

describe('the venue after any sequence of placing, moving, filling and cancelling', () => {
  it('agrees with itself: books, sums, trades, position and wallet', () => {
    const step = fc.oneof(placeStep, placeStep, stopStep, moveStep, cancelStep, fillStep);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const venue = createVenue([{ name: 'main', key: 'k', secret: 's', balance: '10000' }], 1_000);
        const account = venue.accounts.get('main')!;
        for (const act of steps) act(venue, account);

        const orders = [...account.orders.values()];
        const open = orders.filter(isOpen);
        expect([...(account.open.get('BTCUSDT')?.values() ?? [])]).toEqual(open);
        expect([...venue.markets.get('BTCUSDT')!.book.values()]).toEqual(open);
        for (const order of orders) {
          expect(order.executed.lte(order.quantity)).toBe(true);
          const traded = account.trades.filter((trade) => trade.orderId === order.orderId);
          const sum = traded.reduce((total, trade) => total.plus(trade.quantity), new Decimal(0));
          expect(sum.toFixed()).toBe(order.executed.toFixed());
        }
        for (const one of ['BUY', 'SELL'] as const) {
          const value = open
            .filter((order) => order.side === one && !isReducing(order))
            .reduce((total, order) => total.plus(remaining(order).times(order.price ?? 0)), new Decimal(0));
          expect((account.resting.get('BTCUSDT')?.[one] ?? new Decimal(0)).toFixed()).toBe(value.toFixed());
        }
        const signed = account.trades.reduce(
          (total, trade) => (trade.side === 'BUY' ? total.plus(trade.quantity) : total.minus(trade.quantity)),
          new Decimal(0),
        );
        expect((account.positions.get('BTCUSDT BOTH')?.amount ?? new Decimal(0)).toFixed()).toBe(signed.toFixed());
        const money = account.trades.reduce(
          (total, trade) => total.plus(trade.realizedPnl).minus(trade.commission),
          new Decimal('10000'),
        );
        expect(account.wallet.toFixed(8)).toBe(money.toFixed(8));
        for (const algo of account.algos.values()) {
          expect(algo.status === 'NEW').toBe(account.openAlgos.get('BTCUSDT')?.has(algo.algoId) === true);
          if (algo.status === 'FINISHED') expect(isOpen(algo.actual!)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});

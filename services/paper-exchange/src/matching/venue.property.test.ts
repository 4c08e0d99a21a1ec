import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usdmProfile } from '../protocols/binance-usdm/usdm-profile.ts';
import { venueStep } from '../testing/venue-steps.ts';
import { isOpen, remaining } from './order.ts';
import { isReducing } from './position.ts';
import { createVenue } from './venue.ts';

describe('the venue after any sequence of placing, moving, filling and cancelling', () => {
  it('agrees with itself: books, sums, trades, position and wallet', () => {
    fc.assert(
      fc.property(fc.array(venueStep, { maxLength: 60 }), (steps) => {
        const venue = createVenue(usdmProfile, [{ name: 'main', key: 'k', secret: 's', balance: '10000' }], 1_000);
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

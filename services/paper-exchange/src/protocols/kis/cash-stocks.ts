import { Decimal } from 'decimal.js';
import { entryAt } from '../../matching/entry-at.ts';
import { remaining } from '../../matching/order.ts';
import { applyFill, positionAmount, positionKey } from '../../matching/position.ts';
import type { Settlement } from '../../matching/settlement.ts';
import type { Account } from '../../matching/venue.ts';

const ZERO = new Decimal(0);

/** What resting orders to buy would cost. */
export const restingCost = (account: Account): Decimal =>
  [...account.resting.values()].reduce((sum, { BUY }) => sum.plus(BUY), ZERO);

/** How much of a stock rests in orders to sell it. */
function restingSale(account: Account, code: string): Decimal {
  const orders = [...(account.open.get(code)?.values() ?? [])];
  return orders.filter(({ side }) => side === 'SELL').reduce((sum, order) => sum.plus(remaining(order)), ZERO);
}

/** Shares that are paid for: bought with cash, sold from what is held, without fees. */
export const cashStocks: Settlement = {
  suffices(venue, account, order) {
    if (order.side === 'SELL') {
      const free = positionAmount(account, order.symbol, 'BOTH').minus(restingSale(account, order.symbol));
      return order.quantity.lte(free);
    }
    // Without a price it is reckoned at the day's highest.
    const price = order.price ?? new Decimal(venue.markets.get(order.symbol)?.spec.maxPrice ?? 0);
    return order.quantity.times(price).lte(account.wallet.minus(restingCost(account)));
  },
  settle(_venue, account, order, { quantity, price }, now) {
    const position = entryAt(account.positions, positionKey(order.symbol, 'BOTH'), () => ({
      symbol: order.symbol,
      positionSide: 'BOTH' as const,
      amount: ZERO,
      entryPrice: ZERO,
      realized: ZERO,
      updateTime: 0,
    }));
    const realizedPnl = applyFill(position, order.side, quantity, price);
    position.realized = position.realized.plus(realizedPnl);
    position.updateTime = now;
    return { realizedPnl, commission: ZERO, positions: [position] };
  },
  pay(_venue, account, trade) {
    const amount = trade.quantity.times(trade.price);
    account.wallet = trade.side === 'BUY' ? account.wallet.minus(amount) : account.wallet.plus(amount);
  },
};

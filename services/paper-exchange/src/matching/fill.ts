import { Decimal } from 'decimal.js';
import { addResting, endOrder } from './book.ts';
import type { Order, Trade } from './order.ts';
import { remaining } from './order.ts';
import { closable, isReducing } from './position.ts';
import type { Settled } from './settlement.ts';
import type { Account, Venue } from './venue.ts';

/** Reduce-only orders that have nothing left to close are expired by the venue. */
function expireIdleReduceOnly(venue: Venue, account: Account, symbol: string, now: number): void {
  if (venue.switches.idleReduceOnly === 'keep') return;
  for (const order of [...(account.open.get(symbol)?.values() ?? [])]) {
    if (!isReducing(order)) continue;
    if (closable(account, symbol, order.positionSide, order.side).isZero()) {
      endOrder(venue, account, order, 'EXPIRED', now, 4);
    }
  }
}

/** A fill, and what it changed in the account; which comes first is a switch. */
function tellFill(venue: Venue, account: Account, order: Order, trade: Trade, positions: Settled['positions']): void {
  const at = trade.time;
  const execution = order.forced === 'liquidation' ? venue.switches.liquidationExecution : 'TRADE';
  const filled = { type: 'order', account, order, execution, trade, at } as const;
  const changed = {
    type: 'balance',
    account,
    reason: 'ORDER',
    change: new Decimal(0),
    positions,
    at,
  } as const;
  const first = venue.switches.orderEventsFirst ? filled : changed;
  venue.tell(first);
  venue.tell(first === filled ? changed : filled);
}

/**
 * Executes up to `quantity` of an order at `price`. What reduces a position is cut to the position; the rest of it
 * expires. Returns the trade, or undefined when there was nothing to execute.
 */
export function fillOrder(
  venue: Venue,
  account: Account,
  order: Order,
  quantity: Decimal,
  price: Decimal,
  maker: boolean,
  now: number,
): Trade | undefined {
  const reducing = isReducing(order);
  let size = Decimal.min(quantity, remaining(order));
  if (reducing) size = Decimal.min(size, closable(account, order.symbol, order.positionSide, order.side));
  if (size.lte(0)) {
    if (reducing) endOrder(venue, account, order, 'EXPIRED', now, 4);
    return undefined;
  }
  const resting = account.open.get(order.symbol)?.has(order.orderId) === true;
  const settled = venue.settlement.settle(venue, account, order, { quantity: size, price, maker }, now);
  const { realizedPnl, commission, positions } = settled;
  if (resting) addResting(account, order, size.negated());
  order.executed = order.executed.plus(size);
  order.quote = order.quote.plus(size.times(price));
  order.updateTime = now;
  const trade: Trade = {
    id: venue.nextTradeId++,
    orderId: order.orderId,
    symbol: order.symbol,
    side: order.side,
    positionSide: order.positionSide,
    price,
    quantity: size,
    maker,
    commission,
    realizedPnl,
    time: now,
  };
  account.trades.push(trade);
  venue.settlement.pay(venue, account, trade);
  // Where that ends the order, its indexes and its conditional order follow below, after the fill has been told.
  order.status = remaining(order).isZero() ? 'FILLED' : 'PARTIALLY_FILLED';
  order.history.push({
    at: now,
    what: 'filled',
    status: order.status,
    quantity: size.toFixed(),
    price: price.toFixed(),
  });
  tellFill(venue, account, order, trade, positions);
  if (remaining(order).isZero()) endOrder(venue, account, order, 'FILLED', now);
  else if (reducing && closable(account, order.symbol, order.positionSide, order.side).isZero()) {
    endOrder(venue, account, order, 'EXPIRED', now, 4);
  }
  if (!realizedPnl.isZero() || positions.some(({ amount }) => amount.isZero()))
    expireIdleReduceOnly(venue, account, order.symbol, now);
  return trade;
}

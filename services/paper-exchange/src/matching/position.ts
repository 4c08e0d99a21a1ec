import { Decimal } from 'decimal.js';
import type { PositionSide, Side } from './order.ts';
import type { Account, Position } from './venue.ts';

const ZERO = new Decimal(0);

export const positionKey = (symbol: string, side: PositionSide): string => `${symbol} ${side}`;

export const positionAmount = (account: Account, symbol: string, side: PositionSide): Decimal =>
  account.positions.get(positionKey(symbol, side))?.amount ?? ZERO;

/** What an order on that side may close at most: zero when it would open or add. */
export function closable(account: Account, symbol: string, positionSide: PositionSide, side: Side): Decimal {
  const amount = positionAmount(account, symbol, positionSide);
  return Decimal.max(0, side === 'BUY' ? amount.negated() : amount);
}

/** Does the order by its own words only close? In hedge mode that is told by side and position side. */
export const isReducing = (order: { reduceOnly: boolean; positionSide: PositionSide; side: Side }): boolean =>
  order.reduceOnly ||
  (order.positionSide === 'LONG' && order.side === 'SELL') ||
  (order.positionSide === 'SHORT' && order.side === 'BUY');

/**
 * Books a fill into a position (amount signed, average entry price) and returns the realised profit in USDT.
 * Closing more than there is turns the position over at the fill price.
 */
export function applyFill(position: Position, side: Side, quantity: Decimal, price: Decimal): Decimal {
  const signed = side === 'BUY' ? quantity : quantity.negated();
  const before = position.amount;
  const after = before.plus(signed);
  if (before.isZero() || before.isPositive() === signed.isPositive()) {
    position.entryPrice = before.abs().times(position.entryPrice).plus(quantity.times(price)).div(after.abs());
    position.amount = after;
    return ZERO;
  }
  const closed = Decimal.min(before.abs(), quantity);
  const gain = price.minus(position.entryPrice).times(closed);
  position.amount = after;
  if (after.isZero()) position.entryPrice = ZERO;
  else if (after.isPositive() !== before.isPositive()) position.entryPrice = price;
  return before.isPositive() ? gain : gain.negated();
}

import { Decimal } from 'decimal.js';
import type { OrderRequest, Side } from './order.ts';
import { isReducing, positionAmount } from './position.ts';
import { type Account, markPrice, type Venue } from './venue.ts';

const ZERO = new Decimal(0);
export const leverageOf = (account: Account, symbol: string): number =>
  account.leverage.get(symbol) ?? account.defaultLeverage;

/**
 * Initial margin of one symbol: the worse of "all resting buys fill" and "all resting sells fill" on top of the
 * position, over the leverage. A simplification of the venue's, equal for one-way positions without hedge legs.
 */
export function symbolMargin(
  venue: Venue,
  account: Account,
  symbol: string,
  extra?: { side: Side; notional: Decimal },
): Decimal {
  const market = venue.markets.get(symbol);
  if (market === undefined) return ZERO;
  const resting = account.resting.get(symbol);
  const buys = (resting?.BUY ?? ZERO).plus(extra?.side === 'BUY' ? extra.notional : ZERO);
  const sells = (resting?.SELL ?? ZERO).plus(extra?.side === 'SELL' ? extra.notional : ZERO);
  const mark = markPrice(market);
  const leverage = leverageOf(account, symbol);
  const both = positionAmount(account, symbol, 'BOTH').times(mark);
  const oneWay = Decimal.max(both.plus(buys).abs(), both.minus(sells).abs());
  if (!account.hedge) return oneWay.div(leverage);
  const legs = positionAmount(account, symbol, 'LONG')
    .plus(positionAmount(account, symbol, 'SHORT').abs())
    .times(mark);
  return legs.plus(buys).plus(sells).div(leverage);
}

/** Symbols that can carry margin: all others are zero and not worth the sum. */
export function usedSymbols(account: Account): Set<string> {
  const symbols = new Set(account.resting.keys());
  for (const position of account.positions.values()) symbols.add(position.symbol);
  return symbols;
}

/** Initial margin of the whole account in USDT, positions and resting orders. */
export function totalMargin(venue: Venue, account: Account): Decimal {
  let total = ZERO;
  for (const symbol of usedSymbols(account)) total = total.plus(symbolMargin(venue, account, symbol));
  return total;
}

/** Unrealised profit in USDT at the mark price, of one symbol or of all. */
export function unrealizedPnl(venue: Venue, account: Account, symbol?: string): Decimal {
  let total = ZERO;
  for (const position of account.positions.values()) {
    if (position.amount.isZero() || (symbol !== undefined && position.symbol !== symbol)) continue;
    const market = venue.markets.get(position.symbol);
    if (market) total = total.plus(markPrice(market).minus(position.entryPrice).times(position.amount));
  }
  return total;
}

/** Would the account's wallet carry this order? An order that lowers the margin always passes. */
export function marginSuffices(
  venue: Venue,
  account: Account,
  order: Pick<OrderRequest, 'symbol' | 'side' | 'positionSide' | 'quantity' | 'price' | 'reduceOnly'>,
): boolean {
  const market = venue.markets.get(order.symbol);
  if (market === undefined || isReducing(order)) return true;
  const notional = order.quantity.times(order.price ?? market.last);
  const before = symbolMargin(venue, account, order.symbol);
  const after = symbolMargin(venue, account, order.symbol, { side: order.side, notional });
  if (after.lte(before)) return true;
  const total = totalMargin(venue, account).minus(before).plus(after);
  return total.lte(account.wallet.plus(unrealizedPnl(venue, account)));
}

import { Decimal } from 'decimal.js';
import { entryAt } from '../../matching/entry-at.ts';
import { type AlgoOrder, type Order, remaining } from '../../matching/order.ts';
import { positionAmount, positionKey } from '../../matching/position.ts';
import type { Settlement } from '../../matching/settlement.ts';
import type { Account, Market, Position, Venue } from '../../matching/venue.ts';

const ZERO = new Decimal(0);

// The wallet is the quote asset, USDT. A position is what is held of a market's base asset; each has one market.

/** What open orders keep back: the quote of buys, the base of sells. Stops keep it back from the moment they wait. */
function lockedBy(order: Order | AlgoOrder): Decimal {
  const left = 'orderId' in order ? remaining(order) : order.quantity;
  if (order.side === 'SELL') return left;
  const stop = 'triggerPrice' in order ? order.triggerPrice : ZERO;
  return left.times(order.price ?? stop);
}

const sum = (orders: Iterable<Order | AlgoOrder>, side: 'BUY' | 'SELL'): Decimal => {
  let total = ZERO;
  for (const order of orders) if (order.side === side) total = total.plus(lockedBy(order));
  return total;
};

function* openOrders(account: Account, symbol?: string): Iterable<Order | AlgoOrder> {
  for (const open of [account.open, account.openAlgos]) {
    for (const [name, orders] of open) if (symbol === undefined || name === symbol) yield* orders.values();
  }
}

const held = (account: Account, symbol: string): Decimal => positionAmount(account, symbol, 'BOTH');
const lockedBase = (account: Account, symbol: string): Decimal => sum(openOrders(account, symbol), 'SELL');
const lockedQuote = (account: Account): Decimal => sum(openOrders(account), 'BUY');

export interface Balance {
  readonly asset: string;
  readonly free: Decimal;
  readonly locked: Decimal;
}

export const quoteBalance = (account: Account): Balance => {
  const locked = lockedQuote(account);
  return { asset: 'USDT', free: account.wallet.minus(locked), locked };
};

export const baseBalance = (account: Account, market: Market): Balance => {
  const locked = lockedBase(account, market.spec.symbol);
  return { asset: market.spec.base, free: held(account, market.spec.symbol).minus(locked), locked };
};

function holdingOf(account: Account, order: Order): Position {
  return entryAt(account.positions, positionKey(order.symbol, 'BOTH'), () => ({
    symbol: order.symbol,
    positionSide: 'BOTH',
    amount: ZERO,
    entryPrice: ZERO,
    realized: ZERO,
    updateTime: 0,
  }));
}

/** The asset a trade's commission is taken in: what it brought in. */
export const commissionAsset = (market: Market, side: 'BUY' | 'SELL'): string =>
  side === 'BUY' ? market.spec.base : market.spec.quote;

/** Assets change hands; nothing is owed, and the fee is taken from what is received. */
export const assets: Settlement = {
  suffices(venue, account, { symbol, side, quantity, price }) {
    if (side === 'SELL') return quantity.lte(held(account, symbol).minus(lockedBase(account, symbol)));
    const cost = quantity.times(price ?? venue.markets.get(symbol)?.last ?? ZERO);
    return cost.lte(account.wallet.minus(lockedQuote(account)));
  },
  settle(venue: Venue, account, order, { quantity, price, maker }, now) {
    const received = order.side === 'BUY' ? quantity : quantity.times(price);
    const commission = received.times(maker ? venue.fees.maker : venue.fees.taker);
    const holding = holdingOf(account, order);
    holding.amount =
      order.side === 'BUY' ? holding.amount.plus(received).minus(commission) : holding.amount.minus(quantity);
    holding.updateTime = now;
    return { realizedPnl: ZERO, commission, positions: [holding] };
  },
  pay(_venue, account, { side, quantity, price, commission }) {
    const value = quantity.times(price);
    account.wallet = side === 'BUY' ? account.wallet.minus(value) : account.wallet.plus(value).minus(commission);
  },
};

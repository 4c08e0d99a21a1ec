import { Decimal } from 'decimal.js';
import { entryAt } from './entry-at.ts';
import { book } from './income.ts';
import { marginSuffices } from './margin.ts';
import type { Order } from './order.ts';
import { applyFill, positionKey } from './position.ts';
import type { Settlement } from './settlement.ts';
import type { Account, Position } from './venue.ts';

function positionOf(account: Account, order: Order): Position {
  return entryAt(account.positions, positionKey(order.symbol, order.positionSide), () => ({
    symbol: order.symbol,
    positionSide: order.positionSide,
    amount: new Decimal(0),
    entryPrice: new Decimal(0),
    realized: new Decimal(0),
    updateTime: 0,
  }));
}

/** Perpetual futures: positions on margin, with profit and fees paid in the quote asset. */
export const perpetual: Settlement = {
  suffices: marginSuffices,
  settle(venue, account, order, { quantity, price, maker }, now) {
    const position = positionOf(account, order);
    const realizedPnl = applyFill(position, order.side, quantity, price);
    position.realized = position.realized.plus(realizedPnl);
    position.updateTime = now;
    const commission = quantity.times(price).times(maker ? venue.fees.maker : venue.fees.taker);
    return { realizedPnl, commission, positions: [position] };
  },
  pay(venue, account, trade) {
    const booked = { symbol: trade.symbol, time: trade.time };
    book(venue, account, { type: 'REALIZED_PNL', amount: trade.realizedPnl, ...booked }, trade);
    book(venue, account, { type: 'COMMISSION', amount: trade.commission.negated(), ...booked }, trade);
  },
};

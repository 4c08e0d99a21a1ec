import type { Decimal } from 'decimal.js';
import { acceptOrder } from './accept-order.ts';
import { endAlgo, endOrder } from './book.ts';
import { fillOrder } from './fill.ts';
import { isOpen, type Order, remaining } from './order.ts';
import type { Account, Position, Venue } from './venue.ts';

/** The venue's own orders: `liquidation` for too little margin, `adl` to take the other side of somebody else's. */
export type ForcedKind = 'liquidation' | 'adl';

/**
 * Closes a position, or a part of it, by an order of the venue. A liquidation first ends all that is open on the
 * symbol; what is closed by auto-deleveraging keeps its orders.
 */
export function forceClose(
  venue: Venue,
  account: Account,
  position: Position,
  quantity: Decimal,
  price: Decimal,
  kind: ForcedKind,
  now: number,
): Order {
  const { symbol, positionSide } = position;
  if (kind === 'liquidation') {
    for (const order of [...(account.open.get(symbol)?.values() ?? [])]) {
      endOrder(venue, account, order, 'EXPIRED', now, 5);
    }
    for (const algo of [...(account.openAlgos.get(symbol)?.values() ?? [])]) {
      endAlgo(venue, account, algo, 'EXPIRED', now);
    }
  }
  const order = acceptOrder(
    venue,
    account,
    {
      symbol,
      positionSide,
      side: position.amount.isPositive() ? 'SELL' : 'BUY',
      type: 'LIMIT',
      timeInForce: 'IOC',
      quantity,
      price,
      reduceOnly: false,
      clientOrderId: kind === 'adl' ? 'adl_autoclose' : `autoclose-${venue.nextOrderId}`,
    },
    now,
    { forced: kind },
  );
  fillOrder(venue, account, order, remaining(order), price, false, now);
  if (isOpen(order)) endOrder(venue, account, order, 'EXPIRED', now, 2);
  return order;
}

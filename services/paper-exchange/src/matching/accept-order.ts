import { Decimal } from 'decimal.js';
import { entryAt } from './entry-at.ts';
import type { AlgoOrder, Order, OrderRequest } from './order.ts';
import { noteAcceptedId } from './record.ts';
import type { Account, Venue } from './venue.ts';

/** Client ids the venue makes up look like its own: 22 characters of its alphabet. */
export const madeUpClientId = (id: number): string => `paper${id.toString(36).padStart(17, '0')}`;

/** An accepted order, and that its conditional order has become it; which comes first is a switch. */
function tellAccepted(venue: Venue, account: Account, order: Order, released: AlgoOrder | undefined): void {
  const at = order.time;
  const accepted = { type: 'order', account, order, execution: 'NEW', at } as const;
  if (released === undefined) {
    venue.tell(accepted);
    return;
  }
  const triggered = { type: 'algo', account, algo: released, status: 'TRIGGERED', reason: '', at } as const;
  const first = venue.switches.orderEventsFirst ? accepted : triggered;
  venue.tell(first);
  venue.tell(first === accepted ? triggered : accepted);
}

/**
 * Gives a judged order its id and its place in the account. `released` is the conditional order it comes from, `forced`
 * why the venue itself placed it.
 */
export function acceptOrder(
  venue: Venue,
  account: Account,
  request: OrderRequest,
  now: number,
  origin: { readonly released?: AlgoOrder | undefined; readonly forced?: Order['forced'] } = {},
): Order {
  const { released, forced } = origin;
  const orderId = request.orderId ?? venue.nextOrderId++;
  const order: Order = {
    orderId,
    account: account.name,
    clientOrderId: request.clientOrderId ?? madeUpClientId(orderId),
    symbol: request.symbol,
    side: request.side,
    positionSide: request.positionSide,
    type: request.type,
    origType: released?.type ?? request.type,
    stopPrice: released?.triggerPrice,
    timeInForce: request.timeInForce,
    quantity: request.quantity,
    price: request.price,
    reduceOnly: request.reduceOnly,
    closePosition: released?.closePosition ?? false,
    time: now,
    algoId: released?.algoId,
    status: 'NEW',
    expiryReason: 0,
    executed: new Decimal(0),
    quote: new Decimal(0),
    updateTime: now,
    visibleAt: 0,
    forced,
    history: [{ at: now, what: 'accepted', status: 'NEW' }],
  };
  account.orders.set(orderId, order);
  entryAt(account.ordersByClientId, order.clientOrderId, () => []).push(order);
  venue.record.orders.push(order);
  if (released) released.actual = order;
  // The venue uses one id for all of its orders of a kind.
  else if (forced === undefined) noteAcceptedId(venue.record, account.name, order.clientOrderId);
  tellAccepted(venue, account, order, released);
  return order;
}

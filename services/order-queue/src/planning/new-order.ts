import { randomUUID } from 'node:crypto';
import { Decimal, type PlaceableOrderType } from '@sluice/contracts';
import type { AccountConfig, StrategyConfig } from '../configuration/configuration.ts';
import type { AlertToPlan } from '../db/alert-intake.ts';
import type { Order } from '../db/order-row.ts';
import type { SizedOrder } from './size-alert.ts';

/** An order of an alert on one account before its first plan. */
export function newOrder(
  id: number,
  { order, sized }: SizedOrder,
  alert: AlertToPlan,
  account: AccountConfig,
  strategy: StrategyConfig,
): Order {
  const receivedAt = alert.receivedAt.getTime();
  return {
    id,
    uuid: randomUUID(),
    alertId: alert.id,
    strategy: alert.strategy,
    account: account.name,
    venue: account.venue,
    symbol: order.symbol!,
    orderIndex: order.orderIndex,
    arrival: alert.arrival,
    type: order.type as PlaceableOrderType,
    side: order.side!,
    price: sized.price,
    stopPrice: sized.stopPrice,
    reduceOnly: order.reduceOnly,
    quantity: sized.quantity,
    executed: new Decimal(0),
    status: 'pending',
    // Not yet parked: the plan that parks a stop for the first time says so to a person.
    wanted: 'live',
    partlyFilled: false,
    retries: 0,
    retryAt: null,
    failure: null,
    announced: false,
    stopAnnounced: false,
    causeAlert: null,
    cancelAlert: null,
    receivedAt,
    sendBefore: order.type === 'MARKET' ? receivedAt + strategy.maxAgeMs : null,
    attempt: null,
  };
}

import { Decimal } from '@sluice/contracts';
import type { Order } from '../db/order-row.ts';
import type { OrderStatus } from '../orders/order.ts';

export const NOW = Date.parse('2026-01-05T09:00:00Z');

/** A LIMIT buy of strategy s1 on account a1; on the exchange with a placed attempt unless it is pending. */
export function anOrder(id: number, changes: Partial<Order> = {}): Order {
  const status: OrderStatus = changes.status ?? 'open';
  const placed = status !== 'pending' && status !== 'submitting';
  return {
    id,
    uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    alertId: `alert-${id}`,
    strategy: 's1',
    account: 'a1',
    venue: 'binance-usdm',
    symbol: 'BTC/USDT',
    orderIndex: 0,
    arrival: id,
    type: 'LIMIT',
    side: 'buy',
    price: new Decimal(90_000),
    stopPrice: null,
    reduceOnly: false,
    quantity: new Decimal('0.1'),
    executed: new Decimal(0),
    status,
    wanted: 'live',
    partlyFilled: false,
    retries: 0,
    retryAt: null,
    failure: null,
    announced: false,
    stopAnnounced: false,
    causeAlert: null,
    cancelAlert: null,
    receivedAt: NOW - 1_000,
    sendBefore: null,
    attempt:
      status === 'pending'
        ? null
        : {
            number: 1,
            clientId: `test-${id}`,
            conditional: false,
            request: {
              clientOrderId: `test-${id}`,
              symbol: 'BTC/USDT',
              type: 'LIMIT',
              side: 'buy',
              quantity: '0.1',
              price: '90000',
              stopPrice: null,
              reduceOnly: false,
            },
            action: status === 'submitting' ? 'place' : status === 'cancelling' ? 'cancel' : null,
            claimedBy: 'replica-1',
            fence: 1,
            signedAt: NOW - 500,
            dueAt: NOW + 12_500,
            lookups: 0,
            absences: 0,
            exchangeOrderId: placed ? String(1_000 + id) : null,
            triggeredOrderId: null,
            notedAt: null,
            personSince: null,
            executed: new Decimal(0),
            final: false,
          },
    ...changes,
  };
}

import { z } from 'zod';
import type { OrderReport } from '../exchange.ts';

/** A side as Binance writes it. */
export const binanceSide = z.enum(['BUY', 'SELL']).transform((text) => (text === 'BUY' ? 'buy' : 'sell'));

/** An order's status in a matching engine of Binance; undefined for one that is not documented. */
export function engineStatusOf(status: string): OrderReport['status'] | undefined {
  switch (status) {
    case 'NEW':
    case 'PARTIALLY_FILLED':
      return 'open';
    case 'FILLED':
      return 'filled';
    case 'CANCELED':
      return 'cancelled';
    case 'REJECTED':
      return 'rejected';
    case 'EXPIRED':
    case 'EXPIRED_IN_MATCH':
      return 'expired';
    default:
      return undefined;
  }
}

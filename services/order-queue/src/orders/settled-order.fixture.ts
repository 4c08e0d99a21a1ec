import { Decimal } from '@sluice/contracts';
import type { SettledOrder } from './settle.ts';

/** ms since the epoch, for every test of settling. */
export const now = 1_000_000;

export type Over = Partial<
  Omit<SettledOrder, 'quantity' | 'executedBefore' | 'executedOfAttempt' | 'attemptQuantity' | 'minRemaining'>
> & { quantity?: number; executedBefore?: number; executedOfAttempt?: number; attemptQuantity?: number };

/** Ten to buy, just sent, unless told otherwise. */
export function anOrder(over: Over = {}): SettledOrder {
  const { quantity = 10, executedBefore = 0, executedOfAttempt = 0, attemptQuantity, ...rest } = over;
  return {
    type: 'LIMIT',
    status: 'submitting',
    wanted: 'live',
    failures: 0,
    carriesOver: false,
    receivedAt: now - 100,
    ...rest,
    quantity: new Decimal(quantity),
    executedBefore: new Decimal(executedBefore),
    executedOfAttempt: new Decimal(executedOfAttempt),
    attemptQuantity: new Decimal(attemptQuantity ?? quantity - executedBefore),
    minRemaining: new Decimal(2),
  };
}

import type { CallCost, CallCosts } from '@sluice/exchange';
import type { Level } from '../budget/rate-ceiling.ts';
import type { SendTask } from './send-task.ts';

/** What a request for some tasks costs; more than one look-up is one list of open orders. */
export function costOf(batch: SendTask[], costs: CallCosts): CallCost {
  const { action, conditional } = batch[0]!;
  switch (action) {
    case 'place':
      return costs.place(batch.length, conditional);
    case 'cancel':
      return costs.cancel(batch.length, conditional);
    case 'find':
      return batch.length > 1 ? costs.openOrders : costs.find(conditional);
  }
}

/** MARKET orders and cancels go first while LIMIT orders wait; look-ups settle what holds a slot. */
export function levelOf({ action, immediate }: SendTask): Level {
  if (action === 'find') return 'lookup';
  return immediate ? 'immediate' : 'ordinary';
}

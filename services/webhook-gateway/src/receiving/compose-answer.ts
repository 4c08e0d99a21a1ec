import type { AlertAnswer } from '@sluice/contracts';
import type { Receipt } from '../db/find-receipt.ts';

/** What the sender gets while the result is not there. */
export type AcceptedAnswer = {
  action: 'batch_order';
  strategy: string;
  success: true;
  accepted: true;
  id: string;
  status_url: string;
  duplicate_of?: string;
};

type Named = Pick<Receipt, 'id' | 'strategy' | 'duplicateOf'>;

/** The final answer of an alert that was executed, under the id of the receipt that asks: a resend keeps its own. */
export function resultAnswer(receipt: Named, result: AlertAnswer): AlertAnswer {
  return { ...result, id: receipt.id, ...duplicateOf(receipt) };
}

/** The final answer of an alert the gateway did not hand on: nothing was tried, and `error` says why. */
export function refusalAnswer(receipt: Omit<Receipt, 'resultId' | 'refusal'>, refusal: string): AlertAnswer {
  return {
    action: 'batch_order',
    strategy: receipt.strategy,
    success: false,
    id: receipt.id,
    error: refusal,
    ...duplicateOf(receipt),
    ...(receipt.warnings.length > 0 ? { warnings: receipt.warnings } : {}),
    results: [],
    rebalanced: [],
    summary: {
      total_orders: receipt.totalOrders,
      accounts: receipt.accounts,
      immediate_orders: 0,
      queued_orders: 0,
      executed_orders: 0,
      executed_from_queue: 0,
      remaining_in_queue: 0,
      successful_orders: 0,
      failed_orders: 0,
      exchange_submitted: 0,
    },
  };
}

export function acceptedAnswer(receipt: Named): AcceptedAnswer {
  return {
    action: 'batch_order',
    strategy: receipt.strategy,
    success: true,
    accepted: true,
    id: receipt.id,
    status_url: `/api/webhook/${receipt.id}`,
    ...duplicateOf(receipt),
  };
}

function duplicateOf(receipt: Named): { duplicate_of?: string } {
  return receipt.duplicateOf === null ? {} : { duplicate_of: receipt.duplicateOf };
}

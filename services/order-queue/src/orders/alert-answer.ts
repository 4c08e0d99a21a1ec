import type { AlertAnswer, AlertSummary, OrderResult, OrderType, PairRebalance } from '@sluice/contracts';
import type { Denial, OrderStatus } from './order.ts';

/** The outcome of one order of the alert on one account, flat so that one bulk read fills all of them. */
export type AnswerRow = {
  orderIndex: number;
  accountId: number;
  accountName: string;
  type: OrderType;
  /** The order's row id; null when none was stored: cancels, and all orders of an account whose planning failed. */
  orderId: number | null;
  /** Null when no row was stored. */
  status: OrderStatus | null;
  exchangeOrderId: string | null;
  /** One of its attempts was accepted by the exchange, whatever became of it since. */
  reachedExchange: boolean;
  /** A retry waits until then, ms since the epoch. */
  retryAt: number | null;
  failure: { type: Denial; message: string } | null;
  /** The message about its failure is stored for delivery. */
  alertStored: boolean;
  /** Cancels only: orders of ours it took off, and those whose cancel is not proven yet. */
  cancelled: number;
  cancelsUnresolved: number;
  /** Why the planning of the whole account failed; all its orders carry the same. */
  accountError: string | null;
};

export type AnswerInput = {
  strategy: string;
  alertId: string;
  /** Orders in the request. */
  totalOrders: number;
  rows: readonly AnswerRow[];
  rebalanced: readonly PairRebalance[];
  warnings?: readonly string[];
  duplicateOf?: string;
};

const messages = {
  executed: '거래소 실행 완료',
  queued: '대기열에 추가됨 (우선순위 낮음)',
  retry: (type: Denial) => `일시적 실패 - 재시도 예정 (${type})`,
  unresolved: '거래소 응답 확인 중 (결과 미확정)',
  cancelled: (n: number) => `주문 취소 완료 (${n}건)`,
  cancelUnresolved: (n: number, open: number) => `주문 취소 ${n}건 완료, ${open}건 확인 중`,
  planningFailed: (reason: string) => `대기열 처리 실패: ${reason}`,
};

/** Where an order stands at the moment its answer is written. */
type Outcome =
  | { kind: 'executed' }
  | { kind: 'waiting'; retry: Denial | null }
  | { kind: 'unresolved' }
  | { kind: 'cancelled'; count: number; unresolved: number }
  | { kind: 'failed'; error: string };

/** The answer to an alert, in the shape old clients read: results by place in the request, then account. */
export function composeAnswer(input: AnswerInput): AlertAnswer {
  const rows = input.rows.toSorted((a, b) => a.orderIndex - b.orderIndex || a.accountId - b.accountId);
  const outcomes = rows.map((row) => ({ row, outcome: outcomeOf(row) }));
  const results = outcomes.map(({ row, outcome }) => resultOf(row, outcome));
  const success = results.some((result) => result.success);
  const error = success ? undefined : (results[0]?.result.error ?? 'the strategy has no active account');
  return {
    action: 'batch_order',
    strategy: input.strategy,
    success,
    id: input.alertId,
    ...(error === undefined ? {} : { error }),
    ...(input.duplicateOf === undefined ? {} : { duplicate_of: input.duplicateOf }),
    ...(input.warnings === undefined || input.warnings.length === 0 ? {} : { warnings: [...input.warnings] }),
    results,
    rebalanced: input.rebalanced.toSorted((a, b) => a.account_id - b.account_id || compareText(a.symbol, b.symbol)),
    summary: summarise(input.totalOrders, outcomes),
  };
}

/** The answer to an alert whose stored orders cannot be read: none of them can be named. */
export function composeUnreadable(input: {
  strategy: string;
  alertId: string;
  totalOrders: number;
  reason: string;
  warnings?: readonly string[];
}): AlertAnswer {
  return composeRefusal({ ...input, error: messages.planningFailed(input.reason) });
}

/** The answer to an alert that is not acted on at all: stale, halted, inactive, or its planning is beyond repair. */
export function composeRefusal(input: {
  strategy: string;
  alertId: string;
  totalOrders: number;
  error: string;
  warnings?: readonly string[];
}): AlertAnswer {
  const answer = composeAnswer({ ...input, rows: [], rebalanced: [] });
  return { ...answer, success: false, error: input.error };
}

function outcomeOf(row: AnswerRow): Outcome {
  if (row.accountError !== null) return { kind: 'failed', error: messages.planningFailed(row.accountError) };
  if (row.type === 'CANCEL' || row.type === 'CANCEL_ALL_ORDER') {
    if (row.failure !== null) return { kind: 'failed', error: failureText(row.failure) };
    return { kind: 'cancelled', count: row.cancelled, unresolved: row.cancelsUnresolved };
  }
  switch (row.status) {
    case null:
      return { kind: 'failed', error: row.failure === null ? 'unknown: not stored' : failureText(row.failure) };
    case 'failed':
    case 'rejected':
      return { kind: 'failed', error: row.failure === null ? `unknown: ${row.status}` : failureText(row.failure) };
    case 'pending':
      // Accepted and demoted since: accepted is its outcome, what came later is seen under /api/orders.
      if (row.reachedExchange) return { kind: 'executed' };
      return { kind: 'waiting', retry: row.retryAt === null ? null : (row.failure?.type ?? 'unknown') };
    case 'submitting':
    case 'unresolved_place':
      return row.reachedExchange ? { kind: 'executed' } : { kind: 'unresolved' };
    case 'open':
    case 'cancelling':
    case 'unresolved_cancel':
    case 'triggered':
    case 'filled':
      return { kind: 'executed' };
    case 'cancelled':
      return row.reachedExchange ? { kind: 'executed' } : { kind: 'failed', error: 'cancelled: before it was sent' };
    case 'expired':
      if (row.reachedExchange) return { kind: 'executed' };
      return { kind: 'failed', error: `expired: ${row.failure?.message ?? 'too old to be sent'}` };
  }
}

function resultOf(row: AnswerRow, outcome: Outcome): OrderResult {
  const base = { action: 'trading_signal' as const };
  const account = { account_id: row.accountId, account_name: row.accountName };
  const pendingId = row.orderId === null ? {} : { pending_order_id: row.orderId };
  const at = { order_index: row.orderIndex };
  switch (outcome.kind) {
    case 'executed': {
      const id = row.exchangeOrderId === null ? {} : { order_id: row.exchangeOrderId };
      return {
        ...at,
        success: true,
        queued: false,
        executed: true,
        result: { ...base, success: true, ...id, message: messages.executed, ...account },
      };
    }
    case 'waiting': {
      const retry = outcome.retry === null ? {} : { retry_scheduled: true as const };
      const message = outcome.retry === null ? messages.queued : messages.retry(outcome.retry);
      const result = { ...base, success: true, message, ...account };
      return { ...at, success: true, queued: true, ...pendingId, ...retry, result };
    }
    case 'unresolved': {
      const result = { ...base, success: true, message: messages.unresolved, ...account };
      return { ...at, success: true, queued: true, ...pendingId, unresolved: true, result };
    }
    case 'cancelled': {
      const { count: cancelled, unresolved } = outcome;
      const message =
        unresolved === 0 ? messages.cancelled(cancelled) : messages.cancelUnresolved(cancelled, unresolved);
      const flag = unresolved === 0 ? {} : { unresolved: true as const };
      const result = { ...base, success: true, message, cancelled, ...account };
      return { ...at, success: true, queued: false, executed: true, ...flag, result };
    }
    case 'failed': {
      const result = { ...base, success: false, error: outcome.error, ...account, alert_sent: row.alertStored };
      return { ...at, success: false, result };
    }
  }
}

/**
 * A MARKET order that waits for its retry or its look-up is in the queue at that moment and is counted there, not among
 * the immediate ones: so executed from the queue + remaining + failed queued = queued holds always, and immediate +
 * queued are all orders.
 */
function summarise(totalOrders: number, all: readonly { row: AnswerRow; outcome: Outcome }[]): AlertSummary {
  const number = (test: (of: { row: AnswerRow; outcome: Outcome }) => boolean) => all.filter(test).length;
  const waits = ({ outcome }: { outcome: Outcome }) => outcome.kind === 'waiting' || outcome.kind === 'unresolved';
  const queued = (of: { row: AnswerRow; outcome: Outcome }) => isQueuedType(of.row.type) || waits(of);
  const failed = number(({ outcome }) => outcome.kind === 'failed');
  const executedFromQueue = number((of) => queued(of) && of.outcome.kind === 'executed');
  return {
    total_orders: totalOrders,
    accounts: new Set(all.map(({ row }) => row.accountId)).size,
    immediate_orders: number((of) => !queued(of)),
    queued_orders: number(queued),
    executed_orders: number(({ outcome }) => outcome.kind === 'executed' || outcome.kind === 'cancelled'),
    executed_from_queue: executedFromQueue,
    remaining_in_queue: number(waits),
    successful_orders: all.length - failed,
    failed_orders: failed,
    exchange_submitted: executedFromQueue,
  };
}

function isQueuedType(type: OrderType): boolean {
  return type === 'LIMIT' || type === 'STOP_MARKET' || type === 'STOP_LIMIT';
}

function failureText(failure: { type: Denial; message: string }): string {
  return `${failure.type}: ${failure.message}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

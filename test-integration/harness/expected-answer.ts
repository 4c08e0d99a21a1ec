import type { AlertSummary } from '@sluice/contracts';
import { expect } from 'vitest';

// The answer old clients read, field by field: a field more or less in these objects fails a test.

const trading = { action: 'trading_signal' } as const;

function of(account: string) {
  return { account_id: expect.any(Number), account_name: account };
}

export function executed(index: number, account: string, orderId: string | null = null) {
  const order_id = orderId ?? expect.stringMatching(/^[0-9a-f-]+$/);
  return {
    order_index: index,
    success: true,
    queued: false,
    executed: true,
    result: { ...trading, success: true, order_id, message: '거래소 실행 완료', ...of(account) },
  };
}

export function waiting(index: number, account: string, pendingOrderId: number | null = null) {
  return {
    order_index: index,
    success: true,
    queued: true,
    pending_order_id: pendingOrderId ?? expect.any(Number),
    result: { ...trading, success: true, message: '대기열에 추가됨 (우선순위 낮음)', ...of(account) },
  };
}

export function retrying(index: number, account: string, failure: string) {
  const message = `일시적 실패 - 재시도 예정 (${failure})`;
  return {
    order_index: index,
    success: true,
    queued: true,
    pending_order_id: expect.any(Number),
    retry_scheduled: true,
    result: { ...trading, success: true, message, ...of(account) },
  };
}

export function failed(index: number, account: string, error: unknown, alertSent = true) {
  return {
    order_index: index,
    success: false,
    result: { ...trading, success: false, error, ...of(account), alert_sent: alertSent },
  };
}

export function cancelled(index: number, account: string, count: number) {
  return {
    order_index: index,
    success: true,
    queued: false,
    executed: true,
    result: { ...trading, success: true, message: expect.any(String), cancelled: count, ...of(account) },
  };
}

export function rebalanced(symbol: string, did: { executed: number; cancelled: number; failed?: number }) {
  return { account_id: expect.any(Number), symbol, failed: 0, ...did, duration_ms: expect.any(Number) };
}

/** Everything that is not named is 0. */
export function summary(counts: Partial<AlertSummary>): AlertSummary {
  return {
    total_orders: 0,
    accounts: 1,
    immediate_orders: 0,
    queued_orders: 0,
    executed_orders: 0,
    executed_from_queue: 0,
    remaining_in_queue: 0,
    successful_orders: 0,
    failed_orders: 0,
    exchange_submitted: 0,
    ...counts,
  };
}

export function answer(strategy: string, parts: { results: unknown[]; rebalanced: unknown[]; summary: AlertSummary }) {
  return { action: 'batch_order', strategy, success: true, id: expect.stringMatching(/^[0-9a-f]{32}$/), ...parts };
}

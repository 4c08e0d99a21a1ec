import { type AlertOrder, alertOrders, type PairRebalance } from '@sluice/contracts';
import type { Tx } from '@sluice/service-runtime';
import type { Configuration } from '../configuration/configuration.ts';
import { type AlertFacts, insertAnswers, lockCompletedAlerts } from '../db/alert-progress.ts';
import { type AnswerRow, composeAnswer, composeUnreadable } from '../orders/alert-answer.ts';
import type { Denial, OrderStatus } from '../orders/order.ts';

/**
 * Stores the answer of each of some alerts that is complete as this transaction leaves it. Three statements for any
 * number of alerts and orders; none when no alert is named. Answers the ids of those stored.
 */
export async function answerCompletedAlerts(
  tx: Tx,
  alertIds: string[],
  configuration: Configuration,
): Promise<string[]> {
  const completed = await lockCompletedAlerts(tx, alertIds);
  if (completed.length === 0) return [];
  await insertAnswers(
    tx,
    completed.map((alert) => ({ alertId: alert.alertId, body: answerOf(alert, configuration) })),
  );
  return completed.map(({ alertId }) => alertId);
}

function answerOf(alert: AlertFacts, configuration: Configuration) {
  const { strategy, alertId } = alert;
  const warnings = alert.warnings ?? [];
  const { data: orders } = alertOrders.safeParse(alert.orders);
  if (orders === undefined) {
    const totalOrders = Array.isArray(alert.orders) ? alert.orders.length : 0;
    const reason =
      alert.verdicts.find(({ verdict }) => verdict !== null)?.verdict ?? 'the stored orders cannot be read';
    return composeUnreadable({ strategy, alertId, totalOrders, reason, warnings });
  }
  return composeAnswer({
    strategy,
    alertId,
    totalOrders: orders.length,
    rows: alert.accounts.flatMap((account) => accountRows(alert, orders, account, configuration)),
    rebalanced: alert.pairs.map(
      (pair): PairRebalance => ({
        account_id: configuration.accounts.get(pair.account)?.id ?? 0,
        symbol: pair.symbol,
        executed: pair.executed,
        cancelled: pair.cancelled,
        failed: pair.failed,
        duration_ms: pair.durationMs,
      }),
    ),
    warnings,
  });
}

/** One row per order of the alert for one account, from whichever table holds its outcome. */
function accountRows(
  alert: AlertFacts,
  orders: AlertOrder[],
  account: string,
  configuration: Configuration,
): AnswerRow[] {
  const verdict = alert.verdicts.find((v) => v.account === account)?.verdict ?? null;
  const entries = new Map(alert.entries.filter((e) => e.account === account).map((e) => [e.orderIndex, e]));
  const denied = new Map(alert.denied.filter((d) => d.account === account).map((d) => [d.orderIndex, d]));
  const cancels = new Map(alert.cancels.filter((c) => c.account === account).map((c) => [c.orderIndex, c]));
  return orders.map((order): AnswerRow => {
    const entry = entries.get(order.orderIndex);
    const denial = denied.get(order.orderIndex);
    const cancel = cancels.get(order.orderIndex);
    const base = {
      orderIndex: order.orderIndex,
      accountId: configuration.accounts.get(account)?.id ?? 0,
      accountName: account,
      type: order.type,
      accountError: verdict,
      cancelled: cancel?.cancelled ?? 0,
      cancelsUnresolved: cancel?.unresolved ?? 0,
    };
    if (entry !== undefined) {
      return {
        ...base,
        orderId: entry.id,
        status: entry.status as OrderStatus,
        exchangeOrderId: entry.exchangeOrderId,
        reachedExchange: entry.reachedExchange,
        retryAt: entry.retryAt === null ? null : Date.parse(entry.retryAt),
        failure: failureOf(entry.failureType, entry.failureMessage),
        alertStored: entry.announced,
      };
    }
    const failure = denial
      ? failureOf(denial.failureType, denial.message)
      : cancel?.error != null
        ? failureOf('unknown', cancel.error)
        : null;
    return {
      ...base,
      orderId: null,
      status: null,
      exchangeOrderId: null,
      reachedExchange: false,
      retryAt: null,
      failure,
      // A denied order, a cancel that found nothing and a failed account are each announced where they are stored.
      alertStored: (denial !== undefined && denial.failureType !== 'halted') || verdict !== null,
    };
  });
}

function failureOf(type: string | null, message: string | null): AnswerRow['failure'] {
  return type === null ? null : { type: type as Denial, message: message ?? '' };
}

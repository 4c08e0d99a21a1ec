import { Decimal } from '@sluice/contracts';
import type { OrderReport } from '@sluice/exchange';
import type { TrackedOrder } from '../db/tracking.ts';

/** What changed this recently is left to whoever changed it: the list may be older than our row. */
export const SETTLING_MS = 5_000;

/**
 * Compares our orders of one pair with the exchange's list of open ones. `changed`: on the list with news; `missing`:
 * not on it, to be looked up; `strangers`: on it, but none of ours that we asked about. `settling`: how many
 * of ours were left alone for now.
 */
export function compareWithExchange(
  orders: TrackedOrder[],
  reports: OrderReport[],
  now: number,
  /** An order that no list can show as alive: its session is over. */
  hasEnded: (order: TrackedOrder) => boolean = () => false,
): {
  changed: { order: TrackedOrder; report: OrderReport }[];
  missing: TrackedOrder[];
  strangers: OrderReport[];
  settling: number;
} {
  const byClientId = new Map<string | null, OrderReport>(reports.map((report) => [report.clientOrderId, report]));
  const byExchangeId = new Map(
    reports.flatMap((report) => (report.clientOrderId === null ? [[report.exchangeOrderId, report] as const] : [])),
  );
  const byTriggeredId = new Map(
    reports.flatMap((report) => (report.triggeredOrderId === null ? [] : [[report.triggeredOrderId, report] as const])),
  );
  const changed: { order: TrackedOrder; report: OrderReport }[] = [];
  const missing: TrackedOrder[] = [];
  const ours = new Set<OrderReport>();
  let settling = 0;
  for (const order of orders) {
    const report =
      byClientId.get(order.clientOrderId) ??
      (order.exchangeOrderId === null ? undefined : byExchangeId.get(order.exchangeOrderId)) ??
      (order.triggeredOrderId === null ? undefined : byTriggeredId.get(order.triggeredOrderId));
    if (report !== undefined) ours.add(report);
    if (order.updatedAt > now - SETTLING_MS) {
      settling += 1;
      continue;
    }
    if (report === undefined || hasEnded(order)) missing.push(order);
    else if (hasNews(order, report)) changed.push({ order, report });
  }
  return { changed, missing, strangers: reports.filter((report) => !ours.has(report)), settling };
}

function hasNews(order: TrackedOrder, report: OrderReport): boolean {
  const executedMore = report.executed !== null && new Decimal(report.executed).gt(order.executed);
  return executedMore || (report.status === 'triggered' && order.status === 'open');
}

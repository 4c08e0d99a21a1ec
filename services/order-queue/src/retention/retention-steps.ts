import type { RetentionMessage } from '@sluice/contracts';
import type { RetentionStep, Sql } from '@sluice/service-runtime';
import { deleteBalances } from '../db/account-balances.ts';
import { deleteAlerts, deleteEndedCaps, deleteEvents, deleteOrders, foldTotals } from '../db/delete-old.ts';

/** What order-queue deletes. Nothing that lives, and no order that executed anything. */
export function retentionSteps(sql: Sql, { receiptsDays, eventsDays }: RetentionMessage): RetentionStep[] {
  return [
    { name: 'events', deleteSome: (limit, after) => deleteEvents(sql, eventsDays, limit, after) },
    { name: 'alerts', deleteSome: (limit, after) => deleteAlerts(sql, receiptsDays, limit, after) },
    { name: 'orders', deleteSome: (limit, after) => deleteOrders(sql, receiptsDays, limit, after) },
    { name: 'balances', deleteSome: () => deleteBalances(sql, receiptsDays) },
    { name: 'ended caps', deleteSome: () => deleteEndedCaps(sql) },
    { name: 'totals of past processes', deleteSome: () => foldTotals(sql) },
  ];
}

import type { AlertOrder } from '@sluice/contracts';
import type { Sql, Tx } from '@sluice/service-runtime';
import type { Pair } from '../orders/order.ts';
import { pairNames } from './lock-pairs.ts';

export type AlertToPlan = {
  id: string;
  arrival: number;
  strategy: string;
  accounts: string[];
  orders: AlertOrder[];
  /** ms precision is enough; the arrival number is the order. */
  receivedAt: Date;
};

/** An alert as it is stored; whether its orders can be read is judged where they are planned. */
export type NextAlert = Omit<AlertToPlan, 'orders'> & { orders: unknown };

/**
 * The next alert of a strategy that an account has not planned yet, in arrival order, and whether another waits behind
 * it: usually none does, and then nobody has to look again after it.
 */
export async function readNextAlert(
  sql: Sql,
  strategy: string,
  account: string,
): Promise<{ next: NextAlert | undefined; more: boolean }> {
  const rows = await sql<NextAlert[]>`
    select a.id, a.arrival, a.strategy, a.accounts, a.orders, a.received_at as "receivedAt"
    from gateway.alert_to_plan a
    where a.strategy = ${strategy} and ${account} = any(a.accounts)
      and a.arrival > coalesce((select c.last_arrival from orders.cursor c
                                where c.strategy = ${strategy} and c.account = ${account}), 0)
    order by a.arrival limit 2`;
  return { next: rows[0], more: rows.length > 1 };
}

/** Accounts of an alert that have not planned it yet. Empty for an alert that is unknown or done. */
export async function readUnplannedAccounts(
  sql: Sql,
  alertIds: string[],
): Promise<{ id: string; strategy: string; account: string }[]> {
  return await sql<{ id: string; strategy: string; account: string }[]>`
    select a.id, a.strategy, account
    from gateway.alert_to_plan a cross join lateral unnest(a.accounts) account
    where a.id = any(${alertIds}::text[])
      and not exists (select from orders.alert_account p where p.alert_id = a.id and p.account = account)`;
}

/**
 * Locks the cursor of (strategy, account), the first lock of every plan, and then the given pairs. False when another
 * process is planning there now or has planned that alert; no pair is locked then.
 */
export async function lockCursorAndPairs(
  tx: Tx,
  of: { strategy: string; account: string; arrival: number; pairs: Pair[] },
): Promise<boolean> {
  // One statement: the pairs' locks are an expression of the cursor's row, so they are taken after it or not at all.
  const rows = await tx`
    with cursor as materialized (
      select last_arrival from orders.cursor where strategy = ${of.strategy} and account = ${of.account}
      for update skip locked)
    select (select count(*) from unnest(${pairNames(of.pairs)}::text[]) name
            where pg_advisory_xact_lock(hashtextextended(name, 71)) is not null)
    from cursor where last_arrival < ${of.arrival}`;
  return rows.length > 0;
}

/**
 * Makes sure the cursor row is there. A new one starts just before the first alert that names the account, so that
 * what came before the two were linked is never read again.
 */
export async function ensureCursor(sql: Sql, strategy: string, account: string): Promise<void> {
  await sql`
    insert into orders.cursor (strategy, account, last_arrival)
    select ${strategy}, ${account}, coalesce(min(a.arrival) - 1, 0)
    from gateway.alert_to_plan a where a.strategy = ${strategy} and ${account} = any(a.accounts)
    on conflict do nothing`;
}

/** The alert is planned for the account, or failed for good: the next one is up. */
export async function advanceCursor(
  tx: Tx,
  done: { alertId: string; arrival: number; strategy: string; account: string; verdict: string | null },
): Promise<void> {
  await tx`
    with moved as (
      update orders.cursor set last_arrival = ${done.arrival}
      where strategy = ${done.strategy} and account = ${done.account})
    insert into orders.alert_account (alert_id, account, verdict)
    values (${done.alertId}, ${done.account}, ${done.verdict})`;
}

/** CANCEL and CANCEL_ALL_ORDER as they were carried out. */
export async function insertCancelRequests(
  tx: Tx,
  requests: {
    alertId: string;
    account: string;
    orderIndex: number;
    symbol: string | null;
    side: string | null;
    orderRef: string | null;
    /** The orders it meant. */
    orderIds: number[];
    error: string | null;
  }[],
): Promise<void> {
  if (requests.length === 0) return;
  await tx`
    insert into orders.cancel_request (alert_id, account, order_index, symbol, side, order_ref, order_ids, error)
    select "alertId", account, "orderIndex", symbol, side, "orderRef", "orderIds", error
    from jsonb_to_recordset(${tx.json(requests)}) r("alertId" text, account text, "orderIndex" integer, symbol text,
      side text, "orderRef" text, "orderIds" bigint[], error text)`;
}

/** Orders that failed before planning. */
export async function insertDeniedOrders(
  tx: Tx,
  denied: { alertId: string; account: string; orderIndex: number; failureType: string; message: string }[],
): Promise<void> {
  if (denied.length === 0) return;
  await tx`
    insert into orders.denied_order (alert_id, account, order_index, failure_type, message)
    select "alertId", account, "orderIndex", "failureType", message
    from jsonb_to_recordset(${tx.json(denied)}) r("alertId" text, account text, "orderIndex" integer, "failureType" text,
      message text)`;
}

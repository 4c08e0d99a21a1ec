import type { VenueName } from '@sluice/contracts';
import type { PlaceOrder } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import { CLAIM_MS } from '../orders/claim-time.ts';

export type ClaimedAttempt = {
  orderId: number;
  attempt: number;
  fence: number;
  strategy: string;
  account: string;
  venue: VenueName;
  symbol: string;
  conditional: boolean;
  exchangeOrderId: string | null;
  triggeredOrderId: string | null;
  /** The venue's orders of the day and when they were noted, right before it left; null where it never did, or need not be. */
  noted: string[] | null;
  notedAt: Date | null;
  action: 'place' | 'cancel' | 'find';
  /** The instant of the last signed request; null while none was ever signed. */
  signedAt: Date | null;
  request: PlaceOrder;
  /** A MARKET order is not sent after this. */
  sendBefore: Date | null;
  carrier: Record<string, string> | null;
  type: string;
  status: string;
  /** The process that had claimed it and did not report back; null for what was given back or only became due. */
  takenFrom: string | null;
};

/** `a` is the attempt, `e` its order. What was noted is only asked for to tell a lost placement by. */
const claimColumns = `
  a.order_id as "orderId", a.number as attempt, a.fence, e.strategy, a.account, e.venue, a.symbol, a.conditional,
  a.exchange_order_id as "exchangeOrderId", a.triggered_order_id as "triggeredOrderId",
  case when a.action = 'find' and a.exchange_order_id is null then a.noted end as noted, a.noted_at as "notedAt",
  a.action, a.signed_at as "signedAt", a.request, a.carrier, e.send_before as "sendBefore", e.type, e.status`;

/**
 * Takes attempts whose next action is due: look-ups, and claims that ran out because their process died or stalled.
 * Locked rows are skipped, so several processes share the work; the fence tells a later writer from an earlier one.
 * A placement that was ever signed is only looked up here: it may be on its way. `now` is this process's clock, like the
 * instant of every other request: the exchange refuses one from the database's clock where that runs ahead.
 */
export async function claimDueAttempts(
  sql: Sql,
  replica: string,
  limit: number,
  now: number,
): Promise<ClaimedAttempt[]> {
  return await sql<ClaimedAttempt[]>`
    with due as (
      select a.order_id, a.number, a.signed_at, a.claimed_by from orders.attempt a
      where a.action is not null and a.due_at <= clock_timestamp()
      order by a.due_at limit ${limit} for update skip locked)
    update orders.attempt a set claimed_by = ${replica}, fence = a.fence + 1,
      action = case when a.action = 'place' and due.signed_at is not null then 'find' else a.action end,
      signed_at = case when a.action = 'find' or (a.action = 'place' and due.signed_at is not null) then a.signed_at
                       else ${new Date(now)} end,
      due_at = clock_timestamp() + ${CLAIM_MS} * interval '1 ms'
    from due, orders.entry e
    where a.order_id = due.order_id and a.number = due.number and e.id = a.order_id
    returning ${sql.unsafe(claimColumns)},
      due.claimed_by as "takenFrom"`;
}

/**
 * What this process has claimed to place or cancel and not reported within a second. It holds a task for each, except
 * where the answer to the commit that claimed it was lost.
 */
export async function readOwnClaims(sql: Sql, replica: string, now: number): Promise<ClaimedAttempt[]> {
  return await sql<ClaimedAttempt[]>`
    select ${sql.unsafe(claimColumns)},
      null as "takenFrom"
    from orders.attempt a join orders.entry e on e.id = a.order_id
    where a.action in ('place', 'cancel') and a.claimed_by = ${replica} and a.due_at > ${new Date(now)}
      and a.signed_at < ${new Date(now - 1_000)}
    order by a.order_id`;
}

/**
 * Gives claims a new signed instant just before a request leaves, where the stored one is too old for the wire. Only
 * those still at their fence are renewed; the others belong to someone else now and must not be sent. Locked by id, as
 * recording writes them: what a poll saw of the same orders may be recorded at this moment.
 */
export async function renewClaims(
  sql: Sql,
  replica: string,
  claims: { orderId: number; attempt: number; fence: number }[],
  signedAt: number,
): Promise<{ orderId: number; attempt: number }[]> {
  return await sql<{ orderId: number; attempt: number }[]>`
    with mine as (
      select a.order_id, a.number
      from unnest(${claims.map((c) => c.orderId)}::bigint[], ${claims.map((c) => c.attempt)}::int[],
                  ${claims.map((c) => c.fence)}::bigint[]) c(order_id, number, fence)
      join orders.attempt a on a.order_id = c.order_id and a.number = c.number and a.fence = c.fence
      where a.claimed_by = ${replica} and a.action is not null and a.due_at > clock_timestamp()
      order by a.order_id for update of a)
    -- Never back: the claim of a task that waits may be kept while that task leaves under a later instant.
    update orders.attempt a set signed_at = greatest(a.signed_at, ${new Date(signedAt)}),
      due_at = greatest(a.due_at, ${new Date(signedAt)}::timestamptz + ${CLAIM_MS} * interval '1 ms')
    from mine where a.order_id = mine.order_id and a.number = mine.number
    returning a.order_id as "orderId", a.number as attempt`;
}

/**
 * Gives back claims nothing was sent for, so that another process may act on them at once. A look-up keeps the instant
 * of the request it asks about: without it an order still on its way would pass for proven absent and be sent twice.
 */
export async function releaseUnsent(
  sql: Sql,
  replica: string,
  claims: { orderId: number; attempt: number; fence: number }[],
): Promise<void> {
  if (claims.length === 0) return;
  await sql`
    with mine as (
      select a.order_id, a.number
      from unnest(${claims.map((c) => c.orderId)}::bigint[], ${claims.map((c) => c.attempt)}::int[],
                  ${claims.map((c) => c.fence)}::bigint[]) c(order_id, number, fence)
      join orders.attempt a on a.order_id = c.order_id and a.number = c.number and a.fence = c.fence
      where a.claimed_by = ${replica}
      order by a.order_id for update of a)
    update orders.attempt a set claimed_by = null, due_at = clock_timestamp(),
      signed_at = case when a.action = 'find' then a.signed_at end
    from mine where a.order_id = mine.order_id and a.number = mine.number`;
}

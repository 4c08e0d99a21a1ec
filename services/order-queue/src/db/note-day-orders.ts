import type { Sql } from '@sluice/service-runtime';
import { CLAIM_MS } from '../orders/claim-time.ts';

/**
 * Stores which orders the venue's day holds right before one of ours leaves, and signs it with that instant; false when the
 * claim belongs to another process by now, and then nothing may be sent. Committed before the wire: what is found without
 * a note was never sent, and nobody who has lost the claim can write one.
 */
export async function noteDayOrders(
  sql: Sql,
  replica: string,
  claim: { orderId: number; attempt: number; fence: number },
  numbers: string[],
  at: number,
): Promise<boolean> {
  const instant = new Date(at);
  const result = await sql`
    update orders.attempt a set noted = ${numbers}::text[], noted_at = ${instant},
      signed_at = greatest(a.signed_at, ${instant}),
      due_at = greatest(a.due_at, ${instant}::timestamptz + ${CLAIM_MS} * interval '1 ms')
    where a.order_id = ${claim.orderId} and a.number = ${claim.attempt} and a.fence = ${claim.fence}
      and a.claimed_by = ${replica} and a.action = 'place' and a.due_at > clock_timestamp()`;
  return result.count === 1;
}

/**
 * Of some of the venue's numbers those that are known to be ours, however old: a person may be asked over a weekend. The
 * day is part of each, so the same one is not given twice.
 */
export async function readOwnNumbers(sql: Sql, account: string, symbol: string, numbers: string[]): Promise<string[]> {
  if (numbers.length === 0) return [];
  const rows = await sql<{ id: string }[]>`
    select exchange_order_id as id from orders.attempt
    where exchange_order_id = any(${numbers}::text[]) and account = ${account} and symbol = ${symbol}`;
  return rows.map(({ id }) => id);
}

import type { Sql } from '@sluice/service-runtime';
import type { Pair } from '../orders/order.ts';

/** The pairs with the most orders of ours that hold a place on the exchange, and how many; the fullest first. */
export async function readFullestPairs(sql: Sql, atMost: number): Promise<(Pair & { open: number })[]> {
  return await sql<(Pair & { open: number })[]>`
    select account, symbol, count(*)::int as open from orders.entry
    where status in ('submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel', 'triggered')
    group by account, symbol
    order by open desc, account, symbol
    limit ${atMost}`;
}

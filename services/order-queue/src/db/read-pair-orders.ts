import type { Tx } from '@sluice/service-runtime';
import type { Pair } from '../orders/order.ts';
import { type Order, type OrderRow, orderColumns, orderFromRow } from './order-row.ts';

/**
 * The orders of some pairs a plan has to look at: all that hold or may hold a slot, the best waiting ones that may be
 * sent now, and those named in `alsoIds` whatever their state. A plan never takes more than `depth` orders of one class
 * (type and side), so the first `depth` of each class in rank order decide the same as reading every waiting order
 * would; a pair with 100,000 waiting orders costs as much as one with 100. Orders of `held` links (`strategy\naccount`)
 * and of halted strategies, and those whose retry is not due, would only fill that depth and are left out; but MARKET
 * orders, which run out of time whoever is held.
 */
export async function readPairOrders(
  tx: Tx,
  pairs: Pair[],
  options: { depth: number; alsoIds: number[]; held: string[]; now: number; lock?: false },
): Promise<Order[]> {
  const accounts = pairs.map((pair) => pair.account);
  const symbols = pairs.map((pair) => pair.symbol);
  const rows = await tx<OrderRow[]>`
    with pair as (select * from unnest(${accounts}::text[], ${symbols}::text[]) p(account, symbol)),
    chosen as (
      select e.id from pair p join orders.entry e on e.account = p.account and e.symbol = p.symbol
      where e.status in ('submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel', 'triggered')
      union
      select w.id
      from pair p
      cross join (values ('MARKET', 'buy'), ('MARKET', 'sell'), ('LIMIT', 'buy'), ('LIMIT', 'sell'),
        ('STOP_MARKET', 'buy'), ('STOP_MARKET', 'sell'), ('STOP_LIMIT', 'buy'), ('STOP_LIMIT', 'sell')) class(type, side)
      cross join lateral (
        select e.id from orders.entry e
        where e.account = p.account and e.symbol = p.symbol and e.type = class.type and e.side = class.side
          and e.status = 'pending'
          and (e.retry_at is null or e.retry_at <= ${new Date(options.now)})
          and (class.type = 'MARKET'
               or (e.strategy || E'\n' || e.account) <> all(${options.held}::text[])
                  and e.strategy <> all(array(select h.name from orders.halt_in_force h where h.scope = 'strategy')))
        order by e.sort_price desc, e.arrival, e.order_index
        limit ${options.depth}
      ) w
      union
      select unnest(${options.alsoIds}::bigint[])
    )
    select ${tx.unsafe(orderColumns)}
    from orders.entry e
    left join orders.attempt a on a.order_id = e.id and a.number = e.attempt
    where e.id in (select id from chosen)
    order by e.id
    ${options.lock === false ? tx`` : tx`for update of e`}`;
  return rows.map(orderFromRow);
}

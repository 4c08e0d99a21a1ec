import type { Side } from '@sluice/contracts';
import type { Tx } from '@sluice/service-runtime';

/** Ids of a strategy's orders that CANCELs of symbol and side mean: not ended, arrived before; per CANCEL, by its place. */
export async function readOrdersToCancel(
  tx: Tx,
  of: { strategy: string; account: string; before: number; cancels: { symbol: string; side: Side | null }[] },
): Promise<number[][]> {
  if (of.cancels.length === 0) return [];
  const rows = await tx<{ place: number; id: number }[]>`
    select c.place::int as place, e.id
    from unnest(${of.cancels.map((c) => c.symbol)}::text[], ${of.cancels.map((c) => c.side)}::text[])
      with ordinality c(symbol, side, place)
    join orders.entry e on e.strategy || E'\n' || e.account = ${of.strategy} || E'\n' || ${of.account} and e.symbol = c.symbol
      and (c.side is null or e.side = c.side)
    where e.arrival < ${of.before} and e.wanted <> 'gone'
      and e.status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired')
    order by e.id`;
  return of.cancels.map((_, place) => rows.filter((row) => row.place === place + 1).map((row) => row.id));
}

export type ReferencedOrder = { reference: string; id: number; account: string; symbol: string; ended: boolean };

/** Orders of a strategy, on all its accounts, whose exchange id or own id reads like one of `references`. */
export async function readReferencedOrders(tx: Tx, strategy: string, references: string[]): Promise<ReferencedOrder[]> {
  if (references.length === 0) return [];
  return await tx<ReferencedOrder[]>`
    select distinct r.reference, e.id, e.account, e.symbol,
      e.status in ('filled', 'cancelled', 'rejected', 'failed', 'expired') as ended
    from unnest(${references}::text[]) r(reference)
    join lateral (
      select case when r.reference ~ '^[1-9][0-9]{0,15}$' then r.reference::bigint end as id
      union select a.order_id from orders.attempt a where a.exchange_order_id = r.reference
      union select a.order_id from orders.attempt a where a.triggered_order_id = r.reference
    ) hit on true
    join orders.entry e on e.id = hit.id and e.strategy = ${strategy}
    order by e.id`;
}

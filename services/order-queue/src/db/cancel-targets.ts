import type { Side } from '@sluice/contracts';
import type { Tx } from '@sluice/service-runtime';

/**
 * Ids of a strategy's orders that CANCELs of symbol and side mean: not ended, arrived before; per CANCEL, by its place. An
 * order belongs to the first CANCEL that means it, and the rest find it gone: an alert may name one symbol 200 times.
 */
export async function readOrdersToCancel(
  tx: Tx,
  of: { strategy: string; account: string; before: number; cancels: { symbol: string; side: Side | null }[] },
): Promise<number[][]> {
  if (of.cancels.length === 0) return [];
  const scopes: { symbol: string; side: Side | null; place: number }[] = [];
  of.cancels.forEach((cancel, place) => {
    if (!scopes.some(({ symbol, side }) => symbol === cancel.symbol && side === cancel.side))
      scopes.push({ ...cancel, place });
  });
  const rows = await tx<{ place: number; id: number }[]>`
    select min(c.place) as place, e.id
    from unnest(${scopes.map((c) => c.symbol)}::text[], ${scopes.map((c) => c.side)}::text[],
                ${scopes.map((c) => c.place)}::int[]) c(symbol, side, place)
    join orders.entry e on e.strategy || E'\n' || e.account = ${of.strategy} || E'\n' || ${of.account} and e.symbol = c.symbol
      and (c.side is null or e.side = c.side)
    where e.arrival < ${of.before} and e.wanted <> 'gone'
      and e.status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired')
    group by e.id order by e.id`;
  const byPlace = Map.groupBy(rows, (row) => row.place);
  return of.cancels.map((_, place) => (byPlace.get(place) ?? []).map((row) => row.id));
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

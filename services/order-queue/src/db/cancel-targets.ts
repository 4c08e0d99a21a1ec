import type { Side } from '@sluice/contracts';
import type { Tx } from '@sluice/service-runtime';
import { assertMove } from '../orders/order-status.ts';

/** A strategy's orders that arrived before; CANCELs of symbol and side, by their place in the alert. */
export type CancelScope = {
  strategy: string;
  account: string;
  before: number;
  cancels: { symbol: string; side: Side | null }[];
};

/**
 * Ends the waiting orders that CANCELs of symbol and side mean, with their events, in one statement: there may be tens of
 * thousands, which no plan needs to look at since none of them is on the exchange. Their pairs' locks are held. Answers
 * their ids, per CANCEL as {@link readOrdersToCancel} does.
 */
export async function endWaitingOrders(tx: Tx, of: CancelScope, alertId: string): Promise<number[][]> {
  if (of.cancels.length === 0) return [];
  assertMove('pending', 'cancelled', 'plan');
  const scopes = distinctScopes(of);
  const rows = await tx<{ place: number; id: number }[]>`
    with meant as (
      select min(c.place) as place, e.id
      from unnest(${scopes.map((c) => c.symbol)}::text[], ${scopes.map((c) => c.side)}::text[],
                  ${scopes.map((c) => c.place)}::int[]) c(symbol, side, place)
      join orders.entry e on e.strategy || E'\n' || e.account = ${of.strategy} || E'\n' || ${of.account} and e.symbol = c.symbol
        and (c.side is null or e.side = c.side)
      where e.arrival < ${of.before} and e.wanted <> 'gone' and e.status = 'pending'
      group by e.id),
    waiting as (
      select m.place, e.id, e.attempt from meant m join orders.entry e on e.id = m.id
      order by e.id for update of e),
    ended as (
      update orders.entry e set wanted = 'gone', status = 'cancelled', cancel_alert = ${alertId},
        updated_at = clock_timestamp(), ended_at = coalesce(e.ended_at, clock_timestamp())
      from waiting w where e.id = w.id),
    told as (
      insert into orders.event (order_id, kind, status, attempt, cause, detail)
      select w.id, v.kind, v.status, w.attempt, ${alertId}, v.detail
      from waiting w cross join (values (1, 'cancel_wanted', 'pending', null::jsonb),
        (2, 'cancelled', 'cancelled', '{"why": "not on the exchange"}'::jsonb)) v(step, kind, status, detail)
      order by w.id, v.step)
    select place, id from waiting order by id`;
  return byPlace(of, rows);
}

/**
 * Ids of a strategy's orders that CANCELs of symbol and side mean: not ended, arrived before; per CANCEL, by its place. An
 * order belongs to the first CANCEL that means it, and the rest find it gone: an alert may name one symbol 200 times.
 */
export async function readOrdersToCancel(tx: Tx, of: CancelScope): Promise<number[][]> {
  if (of.cancels.length === 0) return [];
  const scopes = distinctScopes(of);
  const rows = await tx<{ place: number; id: number }[]>`
    select min(c.place) as place, e.id
    from unnest(${scopes.map((c) => c.symbol)}::text[], ${scopes.map((c) => c.side)}::text[],
                ${scopes.map((c) => c.place)}::int[]) c(symbol, side, place)
    join orders.entry e on e.strategy || E'\n' || e.account = ${of.strategy} || E'\n' || ${of.account} and e.symbol = c.symbol
      and (c.side is null or e.side = c.side)
    where e.arrival < ${of.before} and e.wanted <> 'gone'
      and e.status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired')
    group by e.id order by e.id`;
  return byPlace(of, rows);
}

function distinctScopes({ cancels }: CancelScope): { symbol: string; side: Side | null; place: number }[] {
  const scopes: { symbol: string; side: Side | null; place: number }[] = [];
  cancels.forEach((cancel, place) => {
    if (!scopes.some(({ symbol, side }) => symbol === cancel.symbol && side === cancel.side))
      scopes.push({ ...cancel, place });
  });
  return scopes;
}

function byPlace({ cancels }: CancelScope, rows: { place: number; id: number }[]): number[][] {
  const grouped = Map.groupBy(rows, (row) => row.place);
  return cancels.map((_, place) => (grouped.get(place) ?? []).map((row) => row.id));
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

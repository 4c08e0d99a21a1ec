import type { SettleReply } from '@sluice/contracts';
import type { PlaceOrder } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';

export type HandedOver = {
  account: string;
  symbol: string;
  status: string;
  /** Of the attempt a person is asked about; null where none is. */
  attempt: number | null;
  conditional: boolean;
  /** When it was about to leave. */
  notedAt: Date | null;
  request: PlaceOrder | null;
};

/** An order a person speaks of, or undefined where there is none. */
export async function readHandedOver(sql: Sql, orderId: number): Promise<HandedOver | undefined> {
  const [row] = await sql<HandedOver[]>`
    select e.account, e.symbol, e.status, a.number as attempt, coalesce(a.conditional, false) as conditional,
      a.noted_at as "notedAt", a.request
    from orders.entry e
    left join orders.attempt a on a.order_id = e.id and a.number = e.attempt and a.person_since is not null
    where e.id = ${orderId}`;
  return row;
}

export type WaitingForPerson = { orderId: number; strategy: string; account: string; symbol: string; seconds: number };

/** Orders a person was asked about so long ago and has said nothing of. */
export async function readWaitingForPerson(sql: Sql, seconds: number, limit: number): Promise<WaitingForPerson[]> {
  return await sql<WaitingForPerson[]>`
    select a.order_id as "orderId", e.strategy, a.account, a.symbol,
      extract(epoch from clock_timestamp() - a.person_since)::int as seconds
    from orders.attempt a join orders.entry e on e.id = a.order_id
    where a.person_since < clock_timestamp() - ${seconds} * interval '1 second'
    order by a.person_since limit ${limit}`;
}

/** Leaves the answer for the gateway; answers nobody took within a minute are deleted. */
export async function writeSettleReply(sql: Sql, id: string, reply: SettleReply): Promise<void> {
  await sql`
    with old as (delete from orders.settle_reply where created_at < clock_timestamp() - interval '1 minute')
    insert into orders.settle_reply (id, body) values (${id}, ${sql.json(reply)}) on conflict (id) do nothing`;
}

import type { JobLiveEvent, OrderEventKind } from '@sluice/contracts';
import type { SqlOrTx } from '@sluice/service-runtime';

export type OrderEventRow = {
  id: number;
  at: Date;
  kind: OrderEventKind;
  state: string;
  attempt: number;
  cause: string | null;
  detail: Record<string, unknown> | null;
  orderId: number;
  strategy: string;
  account: string;
  venue: string;
  symbol: string;
  type: string;
  side: 'buy' | 'sell';
  price: string | null;
  stopPrice: string | null;
  quantity: string;
  alertId: string;
};

export type JobEventRow = {
  id: number;
  at: Date;
  kind: 'started' | 'ended';
  jobId: string;
  slot: Date | null;
  replica: string;
  startedAt: Date;
  outcome: JobLiveEvent['outcome'];
  counts: Record<string, number> | null;
  error: string | null;
};

/** Events of orders after `after`, in the order of their numbers; `upTo` is the last to be read. */
export async function readOrderEvents(
  sql: SqlOrTx,
  after: number,
  limit: number,
  upTo: number | null = null,
): Promise<OrderEventRow[]> {
  return await sql<OrderEventRow[]>`
    select id, at, kind, state, attempt, cause, detail, order_id as "orderId", strategy, account, venue, symbol, type, side,
           trim_scale(price)::text as price, trim_scale(stop_price)::text as "stopPrice",
           trim_scale(quantity)::text as quantity, alert_id as "alertId"
    from orders.live_event where id > ${after} and id <= ${upTo ?? Number.MAX_SAFE_INTEGER} order by id limit ${limit}`;
}

/** Events of job runs after `after`, in the order of their numbers; `upTo` is the last to be read. */
export async function readJobEvents(
  sql: SqlOrTx,
  after: number,
  limit: number,
  upTo: number | null = null,
): Promise<JobEventRow[]> {
  return await sql<JobEventRow[]>`
    select id, at, kind, job_id as "jobId", slot, replica, started_at as "startedAt", outcome, counts, error
    from runtime.job_event where id > ${after} and id <= ${upTo ?? Number.MAX_SAFE_INTEGER} order by id limit ${limit}`;
}

/** The highest number of each source that can be seen, 0 where there is none, and how many days events are kept. */
export async function readEventEnds(sql: SqlOrTx): Promise<{ orders: number; jobs: number; keptDays: number }> {
  const [ends] = await sql<[{ orders: number; jobs: number; keptDays: number }]>`
    select coalesce((select id from orders.live_event order by id desc limit 1), 0) as orders,
           coalesce((select id from runtime.job_event order by id desc limit 1), 0) as jobs,
           coalesce((select events_days from config.installation), 30) as "keptDays"`;
  return ends;
}

/** Transactions that write events of a source and are not over. */
export async function readOpenWriters(sql: SqlOrTx, source: 'orders' | 'jobs'): Promise<string[]> {
  const rows =
    source === 'orders'
      ? await sql<{ writer: string }[]>`select writer from orders.open_event_writer`
      : await sql<{ writer: string }[]>`select writer from runtime.open_job_event_writer`;
  return rows.map(({ writer }) => writer);
}

import { type JobLiveEvent, type LiveEvent, liveTypeOfKind, type OrderLiveEvent } from '@sluice/contracts';
import type { JobEventRow, OrderEventRow } from '../db/read-live-events.ts';
import { type Position, positionText } from './event-position.ts';

/** A stored event, where it leaves a listener, and how it is told; null where it is a step nobody is told of. */
export type ToldEvent = { position: Position; event: LiveEvent | null; chunk: string };

/** Both sources' events in one sequence, by their times as far as the numbers of each allow. */
export function tellInOrder(
  from: Position,
  orders: readonly OrderEventRow[],
  jobs: readonly JobEventRow[],
  now: number,
): ToldEvent[] {
  const told: ToldEvent[] = [];
  let position = from;
  let nextOrder = 0;
  let nextJob = 0;
  const add = (moved: Position, event: LiveEvent | null): void => {
    position = moved;
    told.push({ position, event, chunk: event === null ? '' : chunkOf(event.type, event, position, now) });
  };
  while (nextOrder < orders.length || nextJob < jobs.length) {
    const order = orders[nextOrder];
    const job = jobs[nextJob];
    if (order !== undefined && (job === undefined || order.at <= job.at)) {
      add({ ...position, orders: order.id }, tellOrderEvent(order));
      nextOrder += 1;
    } else if (job !== undefined) {
      add({ ...position, jobs: job.id }, tellJobEvent(job));
      nextJob += 1;
    }
  }
  return told;
}

/** One event as it is written to the wire. */
export function chunkOf(type: string, data: object, position: Position, now: number): string {
  return `event: ${type}\nid: ${positionText(position, now)}\ndata: ${JSON.stringify(data)}\n\n`;
}

function tellOrderEvent(row: OrderEventRow): OrderLiveEvent | null {
  // A kind that a newer release has written is not in the table.
  const type = liveTypeOfKind[row.kind] ?? null;
  if (type === null) return null;
  const text = (key: string): string | null => {
    const value = row.detail?.[key];
    return typeof value === 'string' ? value : null;
  };
  const failure = row.detail?.failure as { type: string; message: string } | undefined;
  return {
    type,
    event: row.id,
    at: row.at.toISOString(),
    kind: row.kind,
    order_id: row.orderId,
    strategy: row.strategy,
    account: row.account,
    venue: row.venue,
    symbol: row.symbol,
    order_type: row.type,
    side: row.side,
    price: row.price,
    stop_price: row.stopPrice,
    quantity: row.quantity,
    executed: text('executed'),
    state: row.state,
    attempt: row.attempt,
    exchange_order_id: text('exchange_order_id'),
    failure: failure === undefined ? null : { type: failure.type, message: failure.message },
    reason: text('because') ?? text('why'),
    alert_id: row.alertId,
    cause: row.cause,
  };
}

function tellJobEvent(row: JobEventRow): JobLiveEvent {
  const ended = row.kind === 'ended';
  return {
    type: ended ? 'job.ended' : 'job.started',
    event: row.id,
    at: row.at.toISOString(),
    job_id: row.jobId,
    slot: row.slot?.toISOString() ?? null,
    replica: row.replica,
    started_at: row.startedAt.toISOString(),
    outcome: row.outcome,
    duration_ms: ended ? row.at.getTime() - row.startedAt.getTime() : null,
    counts: row.counts,
    error: row.error,
  };
}

import { z } from 'zod';

/** What is stored of an order, one row per change; docs/order-lifecycle.md says what each means. */
export const orderEventKinds = [
  'created',
  'queued',
  'submitting',
  'sent',
  'partly_filled',
  'filled',
  'demoting',
  'demoted',
  'cancel_wanted',
  'cancelling',
  'cancelled',
  'cancel_failed',
  'requeued',
  'held',
  'retry',
  'unresolved',
  'triggered',
  'rejected',
  'failed',
  'expired',
  'stop_waits',
] as const;
export type OrderEventKind = (typeof orderEventKinds)[number];

export const orderEventTypes = [
  'order.created',
  'order.queued',
  'order.sent',
  'order.partly_filled',
  'order.filled',
  'order.demoted',
  'order.cancelled',
  'order.failed',
  'order.expired',
] as const;
export const jobEventTypes = ['job.started', 'job.ended'] as const;
/** The types of events that `GET /api/events` sends, besides `ready` and `reset`. */
export const liveEventTypes = [...orderEventTypes, ...jobEventTypes] as const;
export type OrderEventType = (typeof orderEventTypes)[number];
export type LiveEventType = (typeof liveEventTypes)[number];

/**
 * How each stored kind is told live; null is a step on the way, told by what comes of it. Several kinds share a type
 * where they leave a reader of events with the same order: one that waits, one that is over.
 */
export const liveTypeOfKind: Record<OrderEventKind, OrderEventType | null> = {
  created: 'order.created',
  queued: 'order.queued',
  requeued: 'order.queued',
  held: 'order.queued',
  retry: 'order.queued',
  submitting: null,
  sent: 'order.sent',
  unresolved: null,
  triggered: null,
  partly_filled: 'order.partly_filled',
  filled: 'order.filled',
  demoting: null,
  demoted: 'order.demoted',
  cancel_wanted: null,
  cancelling: null,
  cancel_failed: null,
  cancelled: 'order.cancelled',
  rejected: 'order.failed',
  failed: 'order.failed',
  expired: 'order.expired',
  stop_waits: null,
};

const moment = z.string().describe('ISO 8601');
const decimal = z.string().describe('A decimal, digit for digit');

/** The data of an `order.…` event: the order as the event left it. */
export const orderLiveEvent = z.object({
  type: z.enum(orderEventTypes),
  event: z.number().int().describe('Number of the stored event; never given twice'),
  at: moment,
  kind: z.enum(orderEventKinds).describe('The stored kind: what exactly happened'),
  order_id: z.number().int().describe('The pending_order_id of the answers'),
  strategy: z.string(),
  account: z.string(),
  venue: z.string(),
  symbol: z.string(),
  order_type: z.string(),
  side: z.enum(['buy', 'sell']),
  price: decimal.nullable(),
  stop_price: decimal.nullable(),
  quantity: decimal,
  executed: decimal.nullable().describe('So far, over all attempts; null where the event does not change it'),
  state: z.string(),
  attempt: z.number().int().describe('0 while it was never sent'),
  exchange_order_id: z.string().nullable(),
  failure: z.object({ type: z.string(), message: z.string() }).nullable(),
  reason: z.string().nullable().describe('Why, where it is no failure'),
  alert_id: z.string(),
  cause: z.string().nullable().describe('The alert or the tag of the job that made it happen'),
});
export type OrderLiveEvent = z.infer<typeof orderLiveEvent>;

export const jobOutcomes = ['changed', 'idle', 'failed', 'aborted', 'lost'] as const;

/** The data of a `job.…` event. Idle runs of jobs of a few seconds have none. */
export const jobLiveEvent = z.object({
  type: z.enum(jobEventTypes),
  event: z.number().int().describe('Number of the stored event; never given twice'),
  at: moment,
  job_id: z.string(),
  slot: moment.nullable().describe('The moment the schedule meant; null for a run by hand or at start'),
  replica: z.string(),
  started_at: moment,
  outcome: z.enum(jobOutcomes).nullable().describe('null while it runs'),
  duration_ms: z.number().int().nullable(),
  counts: z.record(z.string(), z.number()).nullable(),
  error: z.string().nullable(),
});
export type JobLiveEvent = z.infer<typeof jobLiveEvent>;

export const liveEvent = z.discriminatedUnion('type', [orderLiveEvent, jobLiveEvent]);
export type LiveEvent = OrderLiveEvent | JobLiveEvent;

/** The data of `ready`, the first event of a connection: what happens from here on is heard, or resumed by its id. */
export const readyEvent = z.object({ at: moment, retention_days: z.number().int() });
/** The data of `reset`: what happened before it may not all have been told; ask /api/orders for how things are. */
export const resetEvent = z.object({ at: moment, reason: z.string() });

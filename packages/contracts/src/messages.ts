import { z } from 'zod';
import { failureTypes } from './order.ts';
import { saying } from './sayings.ts';

/**
 * Queues and channels that cross a process boundary. A pg-boss queue is the truth; a NOTIFY channel is only a hint
 * that there is something to look at.
 */
export const queues = {
  /** gateway → order-queue: an alert waits to be planned; wake-up and retry, never the order of planning. */
  planAlert: 'plan_alert',
  /** gateway → order-queue: size and rank the orders of a body without storing anything. */
  dryRun: 'dry_run',
  /** gateway → order-queue: stop sending for all, a strategy or an account, or send again. */
  halt: 'halt',
  /** gateway → order-queue: a person says what became of an order that nobody else can tell of. */
  settleOrder: 'settle_order',
  /** anyone → notifier: something a person must be told. */
  notify: 'notify',
  /** job `data_retention` → the service that owns the data: delete what is past its age. */
  retentionGateway: 'retention_gateway',
  retentionOrders: 'retention_orders',
  retentionNotifier: 'retention_notifier',
} as const;

export const channels = {
  /** Payload: names of strategies with a new alert, comma-separated. */
  alertArrived: 'alert_arrived',
  /** Payload: ids of alerts whose answer is complete. */
  alertResult: 'alert_result',
  /** Payload: ids of dry runs whose reply is there. */
  dryRunReply: 'dry_run_reply',
  /** Payload: ids of halts and resumes that are in force. */
  haltReply: 'halt_reply',
  /** Payload: ids of messages `settle_order` that are carried out. */
  settleReply: 'settle_reply',
  /** A halt or resume was committed; no payload. */
  haltsChanged: 'halts_changed',
  /** The configuration was applied anew; no payload. */
  configChanged: 'config_changed',
  /** An exchange has refused a request for its rate; no payload. */
  rateClosed: 'rate_closed',
  /** Events of orders or jobs were committed; no payload. */
  liveEvents: 'live_events',
} as const;

export const planAlertMessage = z.object({ alertId: z.string(), strategy: z.string() });
export type PlanAlertMessage = z.infer<typeof planAlertMessage>;

export const haltScopes = ['all', 'strategy', 'account'] as const;
export type HaltScope = (typeof haltScopes)[number];

/** A halt (`halted: true`) or resume. `request` rises with the time of asking: of two, the later one decides. */
export const haltMessage = z.object({
  id: z.string(),
  request: z.number().int(),
  scope: z.enum(haltScopes),
  /** Empty for `all`. */
  name: z.string(),
  halted: z.boolean(),
  reason: z.string().nullable(),
  by: z.string(),
});
export type HaltMessage = z.infer<typeof haltMessage>;

/** What sends nothing new once a halt or resume is in force; times are ISO 8601. */
export type HaltReply = {
  halts: { scope: HaltScope; name: string; reason: string; by: string; since: string }[];
  /** Accounts paused because their key, clock or position mode is wrong. */
  paused: { account: string; reason: string; since: string }[];
};

/** Of an order handed to a person: the exchange's number of the order it is, or null where it never arrived. */
export const settleMessage = z.object({
  id: z.string(),
  orderId: z.number().int(),
  /** Its attempt when they said so, which is what they speak of; absent where nobody knew, or from an older gateway. */
  attempt: z.number().int().nullish(),
  exchangeOrderId: z.string().nullable(),
  by: z.string(),
});
export type SettleMessage = z.infer<typeof settleMessage>;

/** `state` is the order's once it is settled. */
export type SettleReply =
  | { kind: 'settled'; state: string }
  /** Not as it was said, in a sentence; nothing was changed. */
  | { kind: 'refused'; reason: string }
  /** The exchange did not answer, so what was said could not be held against it. */
  | { kind: 'away'; reason: string };

/** How old what happened may become, in days; whoever deletes never goes below. */
export const retentionMessage = z.object({
  receiptsDays: z.number().int().min(8),
  eventsDays: z.number().int().min(1),
  runsDays: z.number().int().min(1),
});
export type RetentionMessage = z.infer<typeof retentionMessage>;

/** What messages to people are written in. */
export const languages = ['ko', 'en'] as const;
export type Language = (typeof languages)[number];

const orderRef = {
  strategy: z.string(),
  account: z.string(),
  symbol: z.string().nullable(),
  orderId: z.number().int().nullable(),
};

/**
 * What happened, in English, or in the words of whoever refused; and where it is the system's own, its facts. Facts of a
 * newer version, during a deployment, are told in its English.
 */
const words = { detail: z.string(), said: saying.optional().catch(undefined) };

/** What the notifier accepts. `key` folds repeats of one incident; times are ISO 8601. */
export const notification = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('order_failed'),
    key: z.string(),
    at: z.string(),
    ...orderRef,
    failureType: z.enum(failureTypes),
    ...words,
  }),
  z.object({ kind: z.literal('order_expired'), key: z.string(), at: z.string(), ...orderRef, ...words }),
  z.object({ kind: z.literal('stop_waits'), key: z.string(), at: z.string(), ...orderRef, ...words }),
  z.object({
    kind: z.literal('account_paused'),
    key: z.string(),
    at: z.string(),
    account: z.string(),
    ...words,
  }),
  z.object({
    kind: z.literal('alert_unreadable'),
    key: z.string(),
    at: z.string(),
    strategy: z.string().nullable(),
    ...words,
  }),
  z.object({
    kind: z.literal('alert_duplicate'),
    key: z.string(),
    at: z.string(),
    strategy: z.string(),
    alertId: z.string(),
    duplicateOf: z.string(),
  }),
  /** The built-in and configured holidays of an exchange end soon. */
  z.object({ kind: z.literal('holidays'), key: z.string(), at: z.string(), began: z.boolean(), ...words }),
  z.object({ kind: z.literal('backlog'), key: z.string(), at: z.string(), began: z.boolean(), ...words }),
  z.object({
    kind: z.literal('rate_limited'),
    key: z.string(),
    at: z.string(),
    banned: z.boolean(),
    ...words,
  }),
  z.object({ kind: z.literal('memory'), key: z.string(), at: z.string(), began: z.boolean(), ...words }),
  z.object({
    kind: z.literal('position_unattributed'),
    key: z.string(),
    at: z.string(),
    account: z.string(),
    symbol: z.string(),
    /** The exchange's position less ours; `0` when they agree again. */
    quantity: z.string(),
    ...words,
  }),
  z.object({
    kind: z.literal('unknown_order'),
    key: z.string(),
    at: z.string(),
    account: z.string(),
    ...words,
  }),
  z.object({
    kind: z.literal('order_needs_person'),
    key: z.string(),
    at: z.string(),
    ...orderRef,
    ...words,
  }),
  /** A placement whose answer was lost and which no order, or several, of the day can be; `sluice settle` says which. */
  z.object({
    kind: z.literal('order_unmatched'),
    key: z.string(),
    at: z.string(),
    ...orderRef,
    side: z.enum(['buy', 'sell']),
    quantity: z.string(),
    /** Null for MARKET. */
    price: z.string().nullable(),
    sentAt: z.string(),
    /** The exchange's numbers of those it can be. */
    candidates: z.array(z.string()),
  }),
  /** A MARKET order that came while the exchange was closed: it is not kept for the opening. */
  z.object({
    kind: z.literal('market_closed'),
    key: z.string(),
    at: z.string(),
    ...orderRef,
    exchange: z.string(),
    opensAt: z.string(),
  }),
  z.object({
    kind: z.literal('job_stopped'),
    key: z.string(),
    at: z.string(),
    began: z.boolean(),
    service: z.string(),
    job: z.string(),
    /** The last time it began; null when it never has. */
    lastRun: z.string().nullable(),
    ...words,
  }),
]);
export type Notification = z.infer<typeof notification>;

import { checkedCatalogue } from './checked-catalogue.ts';
import type { JobTrigger } from './job-trigger.ts';

export type JobService = 'webhook-gateway' | 'order-queue' | 'market-data' | 'notifier';

export type JobDefinition = {
  id: string;
  /** Other names operators and old clients use for it. */
  aliases: readonly string[];
  /** 1 to 15 characters of `A-Z_`, one per job; every log line of a run carries it. */
  tag: string;
  service: JobService;
  trigger: JobTrigger;
  /** Also run once per cluster after start when its data is missing or older than a period. */
  atStart: boolean;
  /** A run is given up after this long; above its longest honest run, and the handler aborts itself at it. */
  expireInSeconds: number;
  title: string;
  what: string;
  /** Shown with its trigger, never run: the capability it belongs to is not there yet. */
  planned?: true;
};

/**
 * Every background job, one entry each. Frequent periods are prime and the others have an offset, so that jobs do not
 * meet on the full minute.
 */
export const jobCatalogue = checkedCatalogue([
  {
    id: 'precision_cache',
    aliases: ['precision_cache_update'],
    tag: 'PRECISION_CACHE',
    service: 'market-data',
    trigger: { kind: 'cron', hour: 3, minute: 7 },
    atStart: true,
    expireInSeconds: 120,
    title: 'Precision cache',
    what: 'Reads price and amount precision of every symbol, grouped by exchange',
  },
  {
    id: 'symbol_validator',
    aliases: ['symbol_validator_refresh'],
    tag: 'SYMBOL_VALID',
    service: 'market-data',
    trigger: { kind: 'cron', minute: 15 },
    atStart: true,
    expireInSeconds: 120,
    title: 'Symbol validator',
    what: 'Reads the valid symbols of each exchange',
  },
  {
    id: 'market_info',
    aliases: [],
    tag: 'MARKET_INFO',
    service: 'market-data',
    trigger: { kind: 'interval', seconds: 317 },
    atStart: true,
    expireInSeconds: 120,
    title: 'Market info',
    what: 'Reads market facts: limits, filters, contract size',
  },
  {
    id: 'price_cache',
    aliases: ['update_price_cache'],
    tag: 'PRICE_CACHE',
    service: 'market-data',
    trigger: { kind: 'interval', seconds: 31 },
    atStart: true,
    // Well below the period: the run of a killed replica must not take the next tick with it, or prices get too old.
    expireInSeconds: 10,
    title: 'Price cache',
    what: 'Reads all tickers of each exchange, symbols with a position first',
  },
  {
    id: 'update_open_orders',
    aliases: [],
    tag: 'ORDER_UPDATE',
    service: 'order-queue',
    trigger: { kind: 'interval', seconds: 29 },
    atStart: false,
    expireInSeconds: 60,
    title: 'Open orders',
    what: 'Reads the status of orders from the exchange; fills, cancels and expiries free their slots',
  },
  {
    id: 'update_positions',
    aliases: ['calculate_unrealized_pnl'],
    tag: 'PNL_CALC',
    service: 'order-queue',
    trigger: { kind: 'interval', seconds: 307 },
    atStart: false,
    expireInSeconds: 60,
    title: 'Positions',
    what: 'Values every position that is not flat',
  },
  {
    id: 'send_daily_summary',
    aliases: [],
    tag: 'DAILY_SUMMARY',
    service: 'notifier',
    trigger: { kind: 'cron', hour: 21, minute: 3 },
    atStart: false,
    expireInSeconds: 300,
    title: 'Daily summary',
    what: 'Sends a report per account to its owner',
  },
  {
    id: 'calculate_daily_performance',
    aliases: [],
    tag: 'PERF_CALC',
    service: 'order-queue',
    trigger: { kind: 'cron', hour: 0, minute: 0, second: 13 },
    atStart: false,
    expireInSeconds: 300,
    title: 'Daily performance',
    what: "Stores yesterday's result per strategy",
  },
  {
    id: 'auto_rebalance',
    aliases: ['auto_rebalance_accounts'],
    tag: 'AUTO_REBAL',
    service: 'order-queue',
    trigger: { kind: 'cron', minute: 17 },
    atStart: false,
    expireInSeconds: 300,
    title: 'Capital rebalance',
    what: "Allots an account's capital anew to its strategies when its balance calls for it",
  },
  {
    id: 'securities_token_refresh',
    aliases: [],
    tag: 'TOKEN_REFRESH',
    service: 'order-queue',
    trigger: { kind: 'interval', seconds: 21_600 },
    atStart: false,
    expireInSeconds: 120,
    title: 'Securities token',
    what: 'Renews the OAuth token of each securities account',
  },
  {
    id: 'queue_rebalancer',
    aliases: ['rebalance_order_queue'],
    tag: 'QUEUE_REBAL',
    service: 'order-queue',
    trigger: { kind: 'interval', seconds: 1 },
    atStart: false,
    // A killed replica blocks the tick until this bound and a monitor pass: 6 to 7 s, which is fine.
    expireInSeconds: 5,
    title: 'Queue rebalancer',
    what: 'Plans every pair that is due: sends what now fits, swaps what ranks higher now',
  },
  {
    id: 'release_stale_processing',
    aliases: [],
    tag: 'LOCK_RELEASE',
    service: 'order-queue',
    trigger: { kind: 'interval', seconds: 300 },
    atStart: false,
    expireInSeconds: 120,
    title: 'Stale claims',
    what: 'Settles orders left in flight by a crash against the exchange',
  },
  {
    id: 'websocket_health_monitor',
    aliases: ['check_websocket_health'],
    tag: 'WS_HEALTH',
    service: 'order-queue',
    trigger: { kind: 'interval', seconds: 60 },
    atStart: false,
    expireInSeconds: 30,
    title: 'Stream health',
    what: 'Checks the user-data streams of the accounts and reconnects them',
  },
  {
    id: 'data_retention',
    aliases: [],
    tag: 'RETENTION',
    service: 'webhook-gateway',
    trigger: { kind: 'cron', hour: 4, minute: 11 },
    atStart: false,
    expireInSeconds: 60,
    title: 'Retention',
    what: 'Has each service delete what is past its age: receipts, orders without execution, events, run records',
  },
]);

type Job = (typeof jobCatalogue)[number];
export type JobId = Job['id'];
export type JobTag = Job['tag'];
/** The jobs a service has to have a handler for: those that are not planned only. */
export type JobIdOf<Service extends JobService> = Exclude<Extract<Job, { service: Service }>, { planned: true }>['id'];

/** The job of this id or other name, or undefined. */
export function findJob(name: string): JobDefinition | undefined {
  const jobs: readonly JobDefinition[] = jobCatalogue;
  return jobs.find(({ id, aliases }) => id === name || aliases.includes(name));
}

/** Every id, with its other names in brackets. */
export function describeJobs(): string {
  return jobCatalogue
    .map(({ id, aliases }) => (aliases.length === 0 ? id : `${id} (${aliases.join(', ')})`))
    .join(', ');
}

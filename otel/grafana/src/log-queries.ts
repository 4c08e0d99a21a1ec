import type { AttributeName } from '@sluice/telemetry';

/** A field of a record that holds a number. */
type Figure =
  | Extract<
      AttributeName,
      | 'duration_ms'
      | 'lock_wait_ms'
      | 'missed'
      | 'open'
      | 'pending'
      | 'slots'
      | 'slots_used'
      | 'due'
      | 'due_seconds'
      | 'failed'
      | 'runs'
      | 'failures'
    >
  | Extract<
      AttributeName,
      'memory_mb' | 'memory_limit_mb' | 'loop_delay_p99_ms' | 'connections' | 'conflicts' | 'uptime_seconds'
    >;

/** Kinds of wide records. */
export type EventName = 'alert' | 'plan' | 'send' | 'order' | 'job' | 'job_summary' | 'queue' | 'pair' | 'service';

/** Lines of the deployments chosen in a dashboard. A service that names no namespace is in every choice of all. */
export function lines(...matchers: string[]): string {
  // Loki wants one matcher that no missing label satisfies.
  return `{${['service_name=~".+"', 'service_namespace=~"$namespace"', ...matchers].join(', ')}}`;
}

/** Records of one kind among `selected` lines, with a label filter where given. */
export function records(selected: string, event: EventName, filter?: string): string {
  return `${selected} | event_name="${event}"${filter === undefined ? '' : ` | ${filter}`}`;
}

/** The figure each record holds, for an `…_over_time`. A record without it is no zero. */
export function figure(query: string, name: Figure): string {
  return `${query} | ${name}!="" | unwrap ${name} | __error__=""`;
}

/** How many lines, in each step of a graph or in `range`. */
export function count(query: string, by: readonly string[] = [], range = '$__auto'): string {
  return `sum${by.length === 0 ? '' : ` by (${by.join(', ')})`} (count_over_time(${query} [${range}]))`;
}

/**
 * What rebalances took: of every plan that is told of, and of the ticks that changed something. A tick tells of its plans
 * in its own line; their single records are detail, and would count twice where it is kept.
 */
export function rebalances(selected: string): string {
  return `${selected} | (event_name="plan" and trigger!="tick") or (event_name="job" and job_id="queue_rebalancer")`;
}

/** Requests to the webhook, and the results of those that were answered 202 before they had one. */
export function results(selected: string, filter?: string): string {
  return `${selected} | event_name=~"alert|late_answer"${filter === undefined ? '' : ` | ${filter}`}`;
}

/** Requests to the webhook that count: whoever does not know the token is not our client. */
export const fromClients = 'outcome!="unauthenticated"';

/** Among results: those of requests that were not taken, or without success. */
export const failedAlerts =
  '(outcome=~"unreadable|malformed|id_conflict|store_away") or (outcome="answered" and success="false")';

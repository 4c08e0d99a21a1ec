/**
 * Every attribute a record of ours may carry, and what it holds. Dashboards, alarms and the logs API read these names
 * (Loki turns dots into underscores), so a name changes here and nowhere else. Names with a dot are OpenTelemetry's own
 * or say whose they are; the others are the field's own words.
 */
export const attributes = {
  // What the record is and where it came from.
  'event.name': 'kind of a wide record; Loki drops the field of that name, so it is an attribute as well',
  'job.tag': 'tag of the job whose work this is',
  'job.id': 'job, by its main id',
  'code.file.path': 'file that wrote the record, from the root of the repository',
  'code.line.number': 'line in that file',
  'exception.type': 'class of the error',
  'exception.message': 'its text',
  'exception.stacktrace': 'its stack, and those of its causes',
  'exception.code': 'its code, where it has one',
  'exception.causes': 'its causes, one text each',
  'exception.others': 'further errors of the same record',

  // What it is about.
  alert_id: 'alert, by its receipt',
  duplicate_of: 'alert that this one repeats',
  strategy: 'strategy',
  account: 'account',
  venue: 'exchange and market',
  symbol: 'symbol, as BTC/USDT',
  order_id: 'order, by our id',
  exchange_order_id: "order, by the exchange's id",
  attempt: 'number of the attempt at sending the order',
  replica: 'process among the replicas of its service',
  key: 'incident a message to a person is folded by',
  reason: 'why, in one word: of a refusal, or the kind of a message to a person',
  data: 'detail of a warning of the job queue',

  // What became of it.
  outcome: 'what became of the alert, plan, run or order',
  status: 'HTTP status of the answer',
  success: 'whether the answer says success',
  failure_type: 'kind of failure, as in docs/outcomes.md',
  failure_types: 'kinds of failure with their counts, as rate_limit:2',
  venue_codes: "the exchange's codes with their counts, as -2010:2",
  error: 'text of the failure',
  duration_ms: 'how long it took, in ms',
  lock_wait_ms: 'time waited for the locks of the pairs, in ms',

  // How much of it.
  orders: 'orders concerned',
  accounts: 'accounts concerned',
  executed: 'orders that reached the exchange',
  queued: 'orders that wait',
  failed: 'orders or runs that failed',
  bytes: 'size of the request body',
  pairs: '(account, symbol) pairs planned',
  sent: 'orders that began to be sent',
  demoted: 'orders that began to leave the exchange for a better one',
  accepted: 'orders the exchange accepted, or cancels it carried out',
  refused: 'orders the exchange refused',
  unresolved: 'orders whose outcome is not proven yet',
  open: 'orders on the exchange',
  slots_used: 'slots of a pair that are taken, by foreign orders too',
  slots: 'how many orders a pair may have on the exchange',
  foreign: 'orders on the exchange that are not ours',
  pending: 'orders that wait off the exchange',
  due: 'pairs that wait to be planned',
  due_seconds: 'how long the oldest due pair has waited, in s',
  dropped: 'log records that did not leave the process',

  // Plans and sends.
  trigger: 'what made it happen: alert, tick, outcome or configuration',
  action: 'place, cancel or find',

  // Jobs and services.
  runs: 'runs since the job was first set up',
  failures: 'runs that failed since then',
  missed: 'slots without a run',
  counts: 'what a run counted, as a map',
  memory_mb: 'memory of the process, in MB',
  memory_limit_mb: 'memory it may use, in MB',
  memory: 'memory of each replica, one text',
  loop_delay_p99_ms: 'delay of the event loop in the last minute, 99th percentile, in ms',
  ready: 'whether the service takes work',
  connections: 'open TCP connections of the process',
  conflicts:
    'transactions that ended in a deadlock, a lock not free in time or a serialisation failure, in the last minute',
  uptime_seconds: 'age of the process, in s',
} as const;

export type AttributeName = keyof typeof attributes;

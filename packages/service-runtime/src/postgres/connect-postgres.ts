import postgres from 'postgres';
import { columnTypes } from './column-types.ts';
import { countConflicts } from './conflicts.ts';

/** A pool of connections. */
export type Sql = postgres.Sql;
/** A transaction of such a pool. */
export type Tx = postgres.TransactionSql;
/** Either: what a function with one SQL statement takes, so that it works inside a transaction and outside. */
export type SqlOrTx = Sql | Tx;

export type PostgresOptions = {
  url: string;
  /** Connections at most. A process stays at 8 with the job queue's 2 and a listening one or two. Default 4. */
  max?: number;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** The server gives up a statement after this long. Off by default. */
  statementTimeoutMs?: number;
  /**
   * The server ends a session that stands still this long inside a transaction. Its process is stalled, frozen or on a
   * machine that is gone, and the locks it holds keep the other replicas from the same orders. Off by default.
   */
  idleInTransactionMs?: number;
  /** How long to wait for a connection. Default 5 s. */
  connectTimeoutMs?: number;
  /**
   * Every statement touches few rows and finds them by an index: the server plans each once per connection. Planning a
   * single-order alert's statements anew each time cost more than twice their execution. Off by default.
   */
  plansByIndex?: boolean;
};

/**
 * A plan that is kept must not depend on how full the tables were when it was made: one made in the minute after an
 * installation would read whole tables ever after. With these it goes by index, however small a table is; a statement
 * that has no index to go by still works.
 */
const plansByIndex = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  // Before Postgres 18 a switched-off join looks expensive enough to be compiled.
  jit: 'off',
};

/** Opens a pool; it connects with the first statement. Its owner ends it with `sql.end({ timeout: seconds })`. */
export function connectPostgres(options: PostgresOptions): Sql {
  const sql = postgres(options.url, {
    max: options.max ?? 4,
    prepare: true,
    connect_timeout: Math.max(1, Math.ceil((options.connectTimeoutMs ?? 5_000) / 1_000)),
    // A failover is over in seconds, and an alert waits 1.5 s for a connection; the default back-off would wait up to
    // 20 s between two attempts.
    backoff: (retries: number) => Math.min(0.05 * 2 ** Math.min(retries, 6), 0.5),
    // The default prints notices to the console, past the logger.
    onnotice: () => {},
    types: columnTypes,
    connection: {
      application_name: options.applicationName,
      ...(options.statementTimeoutMs === undefined ? {} : { statement_timeout: options.statementTimeoutMs }),
      ...(options.idleInTransactionMs === undefined
        ? {}
        : { idle_in_transaction_session_timeout: options.idleInTransactionMs }),
      ...(options.plansByIndex ? plansByIndex : {}),
    },
  }) as unknown as Sql;
  countConflicts(sql);
  return sql;
}

import { ProxyTracerProvider } from '@opentelemetry/api';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import { PgBoss } from 'pg-boss';
import { countBossConflicts } from '../postgres/conflicts.ts';
import { replicaId } from '../replica-id.ts';
import { RepeatedWarning } from './repeated-warning.ts';

export const BOSS_SCHEMA = 'pgboss';

export type BossOptions = {
  /** A direct address, never a transaction pooler's: LISTEN needs a session. */
  url: string;
  applicationName: string;
  /**
   * A worker runs jobs and helps to supervise the queues: 3 connections. A sender only enqueues: 1 connection, and
   * none at all while every send goes through `bossDb(tx)`.
   */
  role: 'worker' | 'sender';
};

const log = getLogger('jobs');

/**
 * Starts the job queue's client. Its owner stops it with `boss.stop({ timeout })`. The schema must be there already
 * (see `migrateBoss`); rejects when it is not or when the database does not answer.
 */
export async function createBoss({ url, applicationName, role }: BossOptions): Promise<PgBoss> {
  const worker = role === 'worker';
  const boss = new PgBoss({
    connectionString: url,
    application_name: applicationName,
    schema: BOSS_SCHEMA,
    migrate: false,
    createSchema: false,
    max: worker ? 2 : 1,
    connectionTimeoutMillis: 5_000,
    useListenNotify: worker,
    supervise: worker,
    schedule: worker,
    registerInstance: worker,
    instanceName: replicaId,
    // A replica that was killed in the middle of a tick blocks that queue until its run expires and a monitor pass
    // sees it: 5 s and 1 s here. The defaults would make it up to two minutes.
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
    // The one-second tick leaves 86,400 finished rows a day, and only maintenance takes them away.
    maintenanceIntervalSeconds: 5,
    // A cron job starts within 2 s of its time; at the defaults it is up to 37 s late.
    cronMonitorIntervalSeconds: 1,
    cronWorkerIntervalSeconds: 1,
    // A message carries its sender's job tag and trace to whoever handles it. Spans of its own it makes none: a
    // one-second tick alone would leave four of them a second. The empty provider is how it is told so.
    openTelemetry: { propagateContext: true, tracerProvider: new ProxyTracerProvider() },
  });
  countBossConflicts(boss.getDb());
  // Without a listener for `error`, Node would end the process.
  const repeated = new RepeatedWarning();
  const warn = (message: string, detail: unknown): void => {
    const held = repeated.pass(message, Date.now());
    if (held === undefined) return;
    log.warn(
      held === 0 ? 'job queue: %s' : 'job queue: %s (and %d more like it)',
      message,
      ...(held ? [held] : []),
      detail,
    );
  };
  boss.on('error', (error) => warn(error.message || error.name, error));
  boss.on('warning', (warning) => warn(warning.message, { data: warning.data }));
  // Timers that start inside a job would carry its tag for ever.
  try {
    await withoutJobContext(() => boss.start());
  } catch (error) {
    // Its pool is open already and would hold the process.
    await boss.stop({ graceful: false }).catch(() => {});
    throw error;
  }
  return boss;
}

import { getLogger, withoutJobContext } from '@sluice/telemetry';
import { memoryLimit } from './memory-limit.ts';
import type { Sql } from './postgres/connect-postgres.ts';
import { startServiceMinute } from './service-minute.ts';

export type HeartbeatOptions = {
  sql: Sql;
  service: string;
  replica: string;
  /** True while the service can take work. A rejection counts as no. */
  ready: () => Promise<boolean> | boolean;
  everyMs?: number;
  version?: string;
  /** What else others may want to know of this process; must be JSON. */
  details?: () => Record<string, unknown>;
};

export type Heartbeat = {
  /** Ends it and takes the row away, so that a stopped replica is not taken for a dead one. */
  stop(): Promise<void>;
};

/** Rows of processes that died are kept a while for whoever looks into it, and the newest of a service for good. */
const SWEEP_AFTER = '10 minutes';
const SWEEP_EVERY_BEATS = 30;

const log = getLogger('heartbeat');

/**
 * Writes this process's row of `runtime.heartbeat` now and every `everyMs` (default 2 s), and once a minute a record of
 * how the process is. A failing database is told once, and once when it answers again.
 */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { sql, service, replica } = options;
  const startedAt = new Date();
  const limit = memoryLimit();
  let beats = 0;
  let failing = false;
  let ready = false;
  let running: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;

  const beat = async (): Promise<void> => {
    ready = await Promise.resolve()
      .then(options.ready)
      .catch(() => false);
    const details = options.details ? sql.json(options.details() as never) : null;
    // In one statement with the setting: a beat is lost without harm, so it does not wait for the disk.
    await sql`
      with setting as materialized (select set_config('synchronous_commit', 'off', true))
      insert into runtime.heartbeat
        (service, replica, started_at, beat_at, ready, memory_rss, memory_limit, version, details)
      select ${service}, ${replica}, ${startedAt}, clock_timestamp(), ${ready}, ${process.memoryUsage.rss()},
             ${limit}, ${options.version ?? null}, ${details}::jsonb
        from setting
      on conflict (service, replica) do update
        set beat_at = excluded.beat_at, ready = excluded.ready, memory_rss = excluded.memory_rss,
            memory_limit = excluded.memory_limit, version = excluded.version, details = excluded.details`;
    if (beats++ % SWEEP_EVERY_BEATS === 0) {
      await sql`
        delete from runtime.heartbeat old
         where beat_at < now() - ${SWEEP_AFTER}::interval
           and exists (select from runtime.heartbeat newer where newer.service = old.service and newer.beat_at > old.beat_at)`;
    }
  };

  const tick = (): void => {
    // A beat that hangs is not joined by further ones.
    if (running || stopped) return;
    running = beat()
      .then(
        () => {
          if (failing) log.info('heartbeat is written again');
          failing = false;
        },
        (error: unknown) => {
          if (!failing && !stopped) log.warn('heartbeat cannot be written', error);
          failing = true;
        },
      )
      .finally(() => {
        running = undefined;
      });
  };

  const minute = startServiceMinute({ replica, ready: () => ready });
  // Started by a job, it would carry that job's tag for ever.
  const timer = withoutJobContext(() => {
    tick();
    return setInterval(tick, options.everyMs ?? 2_000);
  });

  return {
    stop() {
      stopped ??= (async () => {
        clearInterval(timer);
        minute.stop();
        await running;
        await sql`delete from runtime.heartbeat where service = ${service} and replica = ${replica}`.catch(() => {});
      })();
      return stopped;
    },
  };
}

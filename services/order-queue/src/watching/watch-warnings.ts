import { inWords, queues, type Saying } from '@sluice/contracts';
import type { SessionCalendar } from '@sluice/exchange';
import { bossDb, type Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import type { Configuration } from '../configuration/configuration.ts';
import {
  type Backlog,
  beginWarning,
  endWarning,
  type ProcessMemory,
  readBacklog,
  readMemory,
  readStandingWarnings,
} from '../db/standing-warnings.ts';

const log = getLogger('queue_rebalancer');

const BACKLOG_SECONDS = 30;
const BACKLOG_COUNT = 100;
const MEMORY_SHARE = 0.8;
/** Seldom enough that an idle tick stays one index probe. */
const WATCH_EVERY_MS = 10_000;

/** The exchange names the holidays of a year in the December before. */
const HOLIDAYS_KNOWN_FOR_MS = 14 * 86_400_000;

const kinds = ['backlog', 'memory', 'holidays'] as const;

export type Warning = { kind: (typeof kinds)[number]; subject: string; said: Saying };

/** What deserves a warning at this moment. */
export function warningsOf(
  backlog: Backlog,
  processes: ProcessMemory[],
  calendars: Iterable<Pick<SessionCalendar, 'name' | 'knownUntil'>>,
  now: number,
): Warning[] {
  const warnings: Warning[] = [];
  const count = backlog.duePairs + backlog.dueRetries;
  if (backlog.oldestSeconds > BACKLOG_SECONDS || count > BACKLOG_COUNT) {
    const { duePairs: pairs, dueRetries: lookUps, oldestSeconds } = backlog;
    const said: Saying = { code: 'backlog', pairs, lookUps, seconds: Math.round(oldestSeconds) };
    warnings.push({ kind: 'backlog', subject: 'order-queue', said });
  }
  for (const { subject, share } of processes) {
    if (share <= MEMORY_SHARE) continue;
    const said: Saying = { code: 'memory', process: subject, percent: Math.round(share * 100) };
    warnings.push({ kind: 'memory', subject, said });
  }
  for (const { name, knownUntil } of calendars) {
    if (Date.parse(knownUntil) - now > HOLIDAYS_KNOWN_FOR_MS) continue;
    const said: Saying = { code: 'holidays_end', exchange: name, until: knownUntil };
    warnings.push({ kind: 'holidays', subject: name, said });
  }
  return warnings;
}

/**
 * Compares what deserves a warning with the warnings that stand: reports each start and each end once per cluster, in
 * the log and to a person. Answers how many began or ended.
 */
export function createWatch(
  sql: Sql,
  boss: PgBoss,
  configuration: () => Pick<Configuration, 'calendars'>,
  now: () => number,
): () => Promise<number> {
  let nextAt = 0;
  return async () => {
    if (now() < nextAt) return 0;
    nextAt = now() + WATCH_EVERY_MS;
    const [backlog, processes, standing] = await Promise.all([
      readBacklog(sql),
      readMemory(sql),
      readStandingWarnings(sql, kinds),
    ]);
    const warnings = warningsOf(backlog, processes, configuration().calendars.values(), now());
    const is = (a: { kind: string; subject: string }) => (b: { kind: string; subject: string }) =>
      a.kind === b.kind && a.subject === b.subject;
    let changed = 0;
    for (const warning of warnings.filter((w) => !standing.some(is(w)))) changed += await tell(warning, true);
    for (const { kind, subject } of standing.filter((s) => !warnings.some(is(s)))) {
      changed += await tell({ kind, subject, said: { code: 'over', subject } }, false);
    }
    return changed;
  };

  async function tell(warning: Warning, began: boolean): Promise<number> {
    const { kind, subject } = warning;
    const words = inWords(warning.said);
    const { detail } = words;
    const told = await sql.begin(async (tx) => {
      if (!(began ? await beginWarning(tx, kind, subject, detail) : await endWarning(tx, kind, subject))) return false;
      const message = { kind, key: `${kind}:${subject}`, at: new Date(now()).toISOString(), began, ...words };
      await boss.insert(queues.notify, [{ data: message }], { db: bossDb(tx) });
      return true;
    });
    if (!told) return 0;
    if (began) log.warn('%s: %s', kind, detail);
    else log.info('%s of %s is over', kind, subject);
    return 1;
  }
}

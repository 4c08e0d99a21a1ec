import type { JobFunction, JobRun, Sql } from '@sluice/service-runtime';
import type { PgBoss } from 'pg-boss';
import { answerCompletedAlerts } from '../answering/answer-completed-alerts.ts';
import { type Configuration, heldReason } from '../configuration/configuration.ts';
import { readWaitingForPerson } from '../db/handed-over.ts';
import { limitLockWaits, tryLockPairs } from '../db/lock-pairs.ts';
import { makeDue } from '../db/rebalance-due.ts';
import {
  handBackAbandoned,
  readForgottenPairs,
  readStaleOrders,
  readUnansweredAlerts,
  type StaleOrder,
} from '../db/stale.ts';
import { askAgain, handToPerson, TELL_AGAIN_SECONDS } from '../watching/orders-for-a-person.ts';

/** Nothing should be in flight this long; a claim that ran out is taken over after 13 s. */
const STALE_SECONDS = 60;
/** Rows looked at per run; what is left is found by the next. */
const MOST = 1_000;
/** Each is told by a line of its own up to here, the others by their number. */
const TOLD_APART = 20;

export type ReleaseStaleDeps = {
  sql: Sql;
  boss: PgBoss;
  configuration: () => Configuration;
  /** Told of alerts whose answer was stored. */
  answered: (alerts: string[]) => void;
  now: () => number;
};

/**
 * The net below the send loops: finds what is in flight and nobody would act on any more, what is for long, pairs that
 * nobody would plan, and alerts that were never answered; gives each back to where it belongs, with a WARNING. Finds
 * nothing while everything else works: each line is a fault to be looked into.
 */
export function releaseStaleProcessing(deps: ReleaseStaleDeps): JobFunction {
  return async (run) => {
    const stale = await readStaleOrders(deps.sql, STALE_SECONDS, MOST);
    const abandoned = await handBack(deps, stale.filter(isAbandoned));
    await handToPerson(deps, stale);
    await askAgain(deps, await readWaitingForPerson(deps.sql, TELL_AGAIN_SECONDS, MOST));
    const forgotten = await planForgotten(deps);
    const answered = await answerForgotten(deps);
    tell(run, stale, (order) => {
      const fate = abandoned.has(order.orderId) ? 'nobody would have acted on it; it is given back' : waitsFor(order);
      return `order ${order.orderId} of ${order.account} ${order.symbol} is ${order.status} for ${order.seconds} s: ${fate}`;
    });
    tell(
      run,
      forgotten,
      (order) =>
        `order ${order.orderId} of ${order.account} ${order.symbol} was forgotten: ${order.why}; its pair is planned now`,
    );
    tell(run, answered, (alert) => `alert ${alert} was at rest without its answer, which is stored now`);
    const counts = {
      stale: stale.length,
      handed_back: abandoned.size,
      forgotten: forgotten.length,
      answered: answered.length,
    };
    return { changed: Object.values(counts).some((count) => count > 0), counts };
  };
}

function isAbandoned({ action, overdueSeconds }: StaleOrder): boolean {
  return action === null || overdueSeconds === null;
}

async function handBack({ sql }: ReleaseStaleDeps, orders: StaleOrder[]): Promise<Set<number>> {
  if (orders.length === 0) return new Set();
  const ids = await sql.begin(async (tx) => {
    await limitLockWaits(tx, '1s');
    // A pair that is being planned or recorded now is none that was forgotten.
    return await handBackAbandoned(tx, await tryLockPairs(tx, orders), STALE_SECONDS);
  });
  return new Set(ids as number[]);
}

async function planForgotten({ sql, configuration, now }: ReleaseStaleDeps) {
  const found = await readForgottenPairs(sql, STALE_SECONDS, MOST);
  // What may not be sent now waits rightly, until the configuration lets it.
  const forgotten = found.filter((order) => heldReason(configuration(), order.strategy, order.account) === null);
  await makeDue(
    sql,
    forgotten.map(({ account, symbol }) => ({ account, symbol, at: now() })),
  );
  return forgotten;
}

async function answerForgotten({ sql, configuration, answered }: ReleaseStaleDeps): Promise<string[]> {
  const alerts = await readUnansweredAlerts(sql, STALE_SECONDS, MOST);
  if (alerts.length === 0) return [];
  // Those that still wait for something are left alone by it.
  const stored = (await sql.begin((tx) => answerCompletedAlerts(tx, alerts.sort(), configuration()))) as string[];
  answered(stored);
  return stored;
}

function waitsFor({ action, claimedBy, overdueSeconds }: StaleOrder): string {
  if ((overdueSeconds ?? 0) > 0) return `its ${action} is overdue for ${overdueSeconds} s: is an order-queue running?`;
  return `its ${action} is with ${claimedBy ?? 'nobody yet'}`;
}

function tell<Found>(run: JobRun, found: Found[], sentence: (one: Found) => string): void {
  for (const one of found.slice(0, TOLD_APART)) run.log.warn(sentence(one));
  const more = found.length - TOLD_APART;
  if (more > 0) run.log.warn('and %d more like it', more);
}

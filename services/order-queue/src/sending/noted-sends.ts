import { type DayOrder, type Exchange, ExchangeError, type Failure } from '@sluice/exchange';
import { couldBeLost } from '../orders/lost-order.ts';
import type { AccountSenderDeps } from './account-sender.ts';
import { failureOf, notSent } from './not-sent.ts';
import type { SettlingOutcome } from './outcome.ts';
import type { SendTask } from './send-task.ts';

/**
 * No receive window refuses a request that leaves late. So one whose process stood still after the note is not sent: by
 * then others may be looking for it.
 */
const LEAVES_WITHIN_MS = 2_000;

/**
 * Before the wire, on a venue without client order ids: which orders the day holds is stored with each placement. Only
 * `noted` may be sent; of the others nothing was, and those without an outcome belong to another process now.
 */
export async function noteFirst(
  tasks: SendTask[],
  exchange: Exchange,
  deps: AccountSenderDeps,
): Promise<{ noted: SendTask[]; failed: SettlingOutcome[] }> {
  const noted: SendTask[] = [];
  const failed: SettlingOutcome[] = [];
  for (const task of tasks) {
    try {
      const day = await ordersOfDay(exchange, task.symbol);
      const at = deps.now();
      if (!(await deps.note(task, idsOf(day), at))) continue;
      const now = deps.now();
      if (now > at + LEAVES_WITHIN_MS) failed.push(notSent(task, stoodStill, now));
      else noted.push({ ...task, signedAt: at });
    } catch (error) {
      const failure = error instanceof ExchangeError ? failureOf(error) : notNoted(error);
      failed.push(notSent(task, failure, deps.now()));
    }
  }
  return { noted, failed };
}

/** Looks among the orders of the day for a placement whose answer was lost. What was never noted was never sent. */
export async function findLost(task: SendTask, exchange: Exchange, deps: AccountSenderDeps): Promise<SettlingOutcome> {
  const askedAt = deps.now();
  const { noted } = task;
  if (noted === null) return { kind: 'lost', task, candidates: [], askedAt };
  try {
    const day = await ordersOfDay(exchange, task.symbol);
    const among = (ours: string[]) =>
      couldBeLost(task.request, noted.at, day, { noted: noted.numbers, ours: new Set(ours) });
    const ours = await deps.ownNumbers(task, idsOf(among([])));
    return { kind: 'lost', task, candidates: among(ours), askedAt };
  } catch (error) {
    const failure = error instanceof ExchangeError ? error.failure : notNoted(error);
    return { kind: 'find', task, outcome: { kind: 'unavailable', failure }, askedAt };
  }
}

async function ordersOfDay(exchange: Exchange, symbol: string): Promise<DayOrder[]> {
  if (exchange.ordersOfDay === undefined) {
    throw new Error(
      `${exchange.venue} knows neither our order ids nor the orders of the day: nothing can be sent safely`,
    );
  }
  return await exchange.ordersOfDay(symbol);
}

function idsOf(day: DayOrder[]): string[] {
  return day.map(({ exchangeOrderId }) => exchangeOrderId);
}

const retry = { type: 'unknown', action: 'retry', code: null, retryAfterMs: null } as const;

const stoodStill: Failure = { ...retry, message: 'this process stood still right before the order was sent' };

function notNoted(error: unknown): Failure {
  return {
    ...retry,
    message: `the orders of the day cannot be noted: ${error instanceof Error ? error.message : error}`,
  };
}

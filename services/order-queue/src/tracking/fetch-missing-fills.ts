import type { Exchange, Fill } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import { type ContextCarrier, captureContext, getLogger } from '@sluice/telemetry';
import { readUnreadFills, type UnreadFills } from '../db/fills.ts';
import type { FillOutcome, Outcome } from '../sending/outcome.ts';

const log = getLogger('update_open_orders');

/** The exchange's clock may be behind ours. */
const CLOCK_MARGIN_MS = 5_000;

type Deps = { sql: Sql; report: (account: string, outcomes: Outcome[]) => void; now: () => number };

/**
 * Reads the executions of an account that were seen only as a total, by a poll, a look-up or an answer, and hands them
 * to recording. One that arrives on the stream meanwhile is stored once all the same. Answers how many it handed over.
 */
export async function fetchMissingFills(deps: Deps, exchange: Exchange, account: string): Promise<number> {
  const unread = await readUnreadFills(deps.sql, account, deps.now());
  let found = 0;
  for (const [symbol, attempts] of Map.groupBy(unread, (attempt) => attempt.symbol)) {
    const since = Math.min(...attempts.map((attempt) => attempt.since)) - CLOCK_MARGIN_MS;
    let fills: Fill[];
    try {
      fills = await exchange.fills(symbol, { since });
    } catch (error) {
      log.warn('the executions of %s %s cannot be read; trying again at the next poll', account, symbol, error);
      continue;
    }
    const outcomes = fillOutcomes(account, attempts, fills, captureContext());
    found += outcomes.length;
    deps.report(account, outcomes);
  }
  return found;
}

/** The executions that belong to our attempts. The list names the exchange's ids alone, for a stop that of its order. */
function fillOutcomes(
  account: string,
  attempts: Pick<UnreadFills, 'orderId' | 'attempt' | 'exchangeOrderId' | 'triggeredOrderId'>[],
  fills: Fill[],
  carrier: ContextCarrier,
): FillOutcome[] {
  return fills.flatMap((fill) => {
    const of = attempts.find(
      (attempt) => (attempt.triggeredOrderId ?? attempt.exchangeOrderId) === fill.exchangeOrderId,
    );
    if (of === undefined) return [];
    return [
      { kind: 'fill', orderId: of.orderId, attempt: of.attempt, account, symbol: fill.symbol, fill, carrier } as const,
    ];
  });
}

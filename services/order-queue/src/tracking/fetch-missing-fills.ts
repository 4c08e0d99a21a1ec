import { Decimal } from '@sluice/contracts';
import type { Exchange, Fill } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import { type ContextCarrier, captureContext, getLogger } from '@sluice/telemetry';
import { readUnreadFills, type UnreadFills } from '../db/fills.ts';
import type { FillOutcome, Outcome } from '../sending/outcome.ts';

const log = getLogger('update_open_orders');

/** The exchange's clock may be behind ours. */
const CLOCK_MARGIN_MS = 5_000;
/** Binance answers seven days at a time. */
const WINDOW_MS = 6 * 24 * 3_600_000;
/** Binance keeps half a year. */
const LONGEST_BACK_MS = 180 * 24 * 3_600_000;
/** Older windows are read only so long after the total was seen: what they do not show by then, they never will. */
const OLDER_FOR_MS = 3_600_000;

type Deps = { sql: Sql; report: (account: string, outcomes: Outcome[]) => void; now: () => number };

/**
 * Reads the executions of an account that were seen only as a total, by a poll, a look-up or an answer, and hands them
 * to recording. One that arrives on the stream meanwhile is stored once all the same. Answers how many it handed over.
 */
export async function fetchMissingFills(
  deps: Deps,
  exchange: Pick<Exchange, 'fills'>,
  account: string,
): Promise<number> {
  const unread = await readUnreadFills(deps.sql, account, deps.now());
  let found = 0;
  for (const [symbol, attempts] of Map.groupBy(unread, (attempt) => attempt.symbol)) {
    try {
      for await (const fills of fillsBackwards(exchange, symbol, attempts, deps.now())) {
        const outcomes = fillOutcomes(account, attempts, fills, captureContext());
        found += outcomes.length;
        deps.report(account, outcomes);
      }
    } catch (error) {
      log.warn('the executions of %s %s cannot be read; trying again at the next poll', account, symbol, error);
    }
  }
  return found;
}

/**
 * The executions of a symbol, newest window first, since they are nearly always of the last minutes. Goes back to when an
 * attempt was opened only while the list does not add up to what it has executed: after a long time without us, that may
 * have happened weeks ago.
 */
async function* fillsBackwards(
  exchange: Pick<Exchange, 'fills'>,
  symbol: string,
  attempts: UnreadFills[],
  now: number,
): AsyncGenerator<Fill[]> {
  let lacking = attempts.map((attempt) => ({ attempt, missing: new Decimal(attempt.executed) }));
  for (let end: number | null = null; lacking.length > 0; ) {
    const opened = Math.min(...lacking.map(({ attempt }) => attempt.since)) - CLOCK_MARGIN_MS;
    const since = Math.max(opened, (end ?? now) - WINDOW_MS, now - LONGEST_BACK_MS);
    const fills: Fill[] = await exchange.fills(symbol, end === null ? { since } : { since, until: end });
    yield fills;
    end = since - 1;
    if (end < now - LONGEST_BACK_MS) return;
    lacking = lacking
      .map(({ attempt, missing }) => ({
        attempt,
        missing: fills.filter((fill) => isOf(attempt, fill)).reduce((left, fill) => left.minus(fill.quantity), missing),
      }))
      .filter(({ attempt, missing }) => {
        return missing.gt(0) && attempt.since - CLOCK_MARGIN_MS < since && attempt.reportedAt > now - OLDER_FOR_MS;
      });
  }
}

/** The executions that belong to our attempts. The list names the exchange's ids alone, for a stop that of its order. */
function fillOutcomes(account: string, attempts: UnreadFills[], fills: Fill[], carrier: ContextCarrier): FillOutcome[] {
  return fills.flatMap((fill) => {
    const of = attempts.find((attempt) => isOf(attempt, fill));
    if (of === undefined) return [];
    return [
      { kind: 'fill', orderId: of.orderId, attempt: of.attempt, account, symbol: fill.symbol, fill, carrier } as const,
    ];
  });
}

function isOf({ triggeredOrderId, exchangeOrderId }: UnreadFills, fill: Fill): boolean {
  return (triggeredOrderId ?? exchangeOrderId) === fill.exchangeOrderId;
}

import { type Exchange, ExchangeError } from '@sluice/exchange';
import type { JobFunction, Sql } from '@sluice/service-runtime';
import { captureContext, getLogger } from '@sluice/telemetry';
import type { Configuration } from '../configuration/configuration.ts';
import {
  readKnownClientIds,
  readTrackedOrders,
  readTrackedPairs,
  type TrackedOrder,
  writeForeignCount,
} from '../db/tracking.ts';
import type { Pair } from '../orders/order.ts';
import type { Exchanges } from '../sending/exchanges.ts';
import type { Outcome } from '../sending/outcome.ts';
import { compareWithExchange } from '../tracking/compare-with-exchange.ts';

const log = getLogger('update_open_orders');

/** Pairs of one account that are asked for at the same time. */
const AT_ONCE = 4;
/** So many failures one after the other are the account's, not one symbol's: its other pairs would only wait as long. */
const GIVE_UP_AFTER = 8;

export type UpdateOpenOrdersDeps = {
  sql: Sql;
  configuration: () => Configuration;
  exchanges: Exchanges;
  /** Hands what was seen to recording, which settles the orders and plans their pairs. */
  report: (account: string, outcomes: Outcome[]) => void;
  /** An order on the exchange carries our prefix and is not in our tables. */
  announceUnknown: (account: string, orders: { clientOrderId: string; symbol: string }[]) => Promise<void>;
  now: () => number;
};

/**
 * Reads the open orders of every pair we have orders in, and looks up those that are missing from the list one by one:
 * missing from open orders proves nothing. Accounts are read side by side, so that one that hangs delays no other.
 */
export function updateOpenOrders(deps: UpdateOpenOrdersDeps): JobFunction {
  return async ({ signal }) => {
    const pairs = await readTrackedPairs(deps.sql);
    const counts = { pairs: 0, changed: 0, missing: 0, foreign: 0, failed: 0 };
    await Promise.all(
      [...Map.groupBy(pairs, (pair) => pair.account)].map(async ([account, ofAccount]) => {
        const failed = (of: string, error: unknown) => {
          counts.failed += 1;
          const why = error instanceof ExchangeError ? error.message : error;
          log.warn('the open orders of %s cannot be read; trying again in 29 s', of, why);
        };
        try {
          const exchange = await deps.exchanges.of(account);
          const waiting = [...ofAccount];
          let failures = 0;
          const work = async () => {
            for (let pair = waiting.shift(); pair !== undefined && !signal.aborted; pair = waiting.shift()) {
              try {
                await updatePair(deps, exchange, pair, counts);
                failures = 0;
              } catch (error) {
                // A symbol the exchange no longer has must not hide the fills of the others.
                failures += 1;
                failed(`${account} ${pair.symbol}`, error);
                if (failures >= GIVE_UP_AFTER) waiting.length = 0;
              }
            }
          };
          await Promise.all(Array.from({ length: AT_ONCE }, work));
        } catch (error) {
          failed(`account ${account}`, error);
        }
      }),
    );
    return { changed: counts.changed + counts.missing > 0, counts };
  };
}

async function updatePair(
  deps: UpdateOpenOrdersDeps,
  exchange: Exchange,
  pair: Pair,
  counts: Record<'pairs' | 'changed' | 'missing' | 'foreign', number>,
): Promise<void> {
  const orders = await readTrackedOrders(deps.sql, pair);
  const reports = await exchange.openOrders(pair.symbol);
  const { changed, missing, strangers } = compareWithExchange(orders, reports, deps.now());
  const carrier = captureContext();
  const outcomes: Outcome[] = changed.map(({ order, report }) => ({
    kind: 'report',
    orderId: order.orderId,
    attempt: order.attempt,
    account: pair.account,
    symbol: pair.symbol,
    report,
    carrier,
  }));
  for (const order of missing) {
    const ref = { clientOrderId: order.clientOrderId, symbol: pair.symbol, conditional: order.conditional };
    const askedAt = deps.now();
    outcomes.push({
      kind: 'find',
      task: lookupTask(pair, order, carrier, deps.now()),
      outcome: await exchange.find(ref),
      askedAt,
    });
  }
  deps.report(pair.account, outcomes);

  const known = await readKnownClientIds(
    deps.sql,
    pair.account,
    strangers.map((report) => report.clientOrderId),
  );
  const foreign = strangers.filter((report) => !known.has(report.clientOrderId));
  await writeForeignCount(deps.sql, pair.account, pair.symbol, {
    open: foreign.length,
    conditional: foreign.filter((report) => report.conditional).length,
  });
  const prefix = `${deps.configuration().installation}-`;
  const lost = foreign.filter((report) => report.clientOrderId.startsWith(prefix));
  if (lost.length > 0) await deps.announceUnknown(pair.account, lost);
  counts.pairs += 1;
  counts.changed += changed.length;
  counts.missing += missing.length;
  counts.foreign += foreign.length;
}

function lookupTask(pair: Pair, order: TrackedOrder, carrier: ReturnType<typeof captureContext>, now: number) {
  return {
    action: 'find' as const,
    orderId: order.orderId,
    attempt: order.attempt,
    fence: 0,
    strategy: order.strategy,
    account: pair.account,
    symbol: pair.symbol,
    conditional: order.conditional,
    immediate: false,
    request: order.request,
    sendBefore: null,
    signedAt: now,
    carrier,
  };
}

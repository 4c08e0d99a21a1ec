import type { VenueName } from '@sluice/contracts';
import { type Exchange, ExchangeError, type OrderReport } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import { captureContext } from '@sluice/telemetry';
import { type Configuration, calendarOf } from '../configuration/configuration.ts';
import {
  readKnownClientIds,
  readKnownExchangeIds,
  readTrackedOrders,
  type TrackedOrder,
  writeForeignCount,
} from '../db/tracking.ts';
import type { Pair } from '../orders/order.ts';
import { hasSessionEnded } from '../recording/session-end.ts';
import { waitsForItsPrice } from '../sending/count-live.ts';
import type { Outcome } from '../sending/outcome.ts';
import { compareWithExchange } from './compare-with-exchange.ts';

export type PollPairDeps = {
  sql: Sql;
  configuration: () => Configuration;
  /** Hands what was seen to recording, which settles the orders and plans their pairs. */
  report: (account: string, outcomes: Outcome[]) => void;
  /** An order on the exchange carries our prefix and is not in our tables. */
  announceUnknown: (account: string, orders: { clientOrderId: string; symbol: string }[]) => Promise<void>;
  now: () => number;
};

/** What one pair's poll found, in numbers. `settling` orders changed a moment ago and were left to whoever changed them. */
export type PolledPair = { changed: number; missing: number; foreign: number; settling: number };

/**
 * Reads the open orders of a pair, and looks up those that are missing from the list one by one: missing from open
 * orders proves nothing. Throws what the exchange's list fails with.
 */
export async function pollPair(deps: PollPairDeps, exchange: Exchange, pair: Pair): Promise<PolledPair> {
  const orders = await readTrackedOrders(deps.sql, pair);
  const reports = await listOpenOrders(exchange, pair.symbol);
  const calendar = calendarOf(deps.configuration(), pair.account);
  const hasEnded = (order: TrackedOrder) => hasSessionEnded(calendar, order.sentAt, deps.now());
  const { changed, missing, strangers, settling } = compareWithExchange(orders, reports, deps.now(), hasEnded);
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
    const { clientOrderId, conditional, exchangeOrderId, triggeredOrderId } = order;
    const ref = { clientOrderId, symbol: pair.symbol, conditional, exchangeOrderId, triggeredOrderId };
    const askedAt = deps.now();
    outcomes.push({
      kind: 'find',
      task: lookupTask(pair, exchange.venue, order, carrier, deps.now()),
      outcome: await exchange.find(ref),
      askedAt,
    });
  }
  deps.report(pair.account, outcomes);

  const known = await readKnown(deps.sql, pair, strangers);
  const foreign = strangers.filter((report) => !known.has(report.clientOrderId ?? report.exchangeOrderId));
  await writeForeignCount(deps.sql, pair.account, pair.symbol, {
    open: foreign.length,
    conditional: foreign.filter(waitsForItsPrice).length,
  });
  const prefix = `${deps.configuration().installation}-`;
  const lost = foreign.flatMap(({ clientOrderId, symbol }) =>
    clientOrderId?.startsWith(prefix) ? [{ clientOrderId, symbol }] : [],
  );
  if (lost.length > 0) await deps.announceUnknown(pair.account, lost);
  return { changed: changed.length, missing: missing.length, foreign: foreign.length, settling };
}

/** A symbol the exchange does not have any more has no open orders; what became of ours the look-ups have to prove. */
async function listOpenOrders(exchange: Exchange, symbol: string): Promise<OrderReport[]> {
  try {
    return await exchange.openOrders(symbol);
  } catch (error) {
    if (error instanceof ExchangeError && error.failure.type === 'invalid_symbol') return [];
    throw error;
  }
}

/** Which of some orders on the list are ours after all: they have changed since we asked for our own. */
async function readKnown(sql: Sql, { account, symbol }: Pair, reports: OrderReport[]): Promise<Set<string>> {
  const clientIds = reports.flatMap(({ clientOrderId }) => clientOrderId ?? []);
  const numbers = reports.flatMap((report) => (report.clientOrderId === null ? [report.exchangeOrderId] : []));
  const byClientId = await readKnownClientIds(sql, account, clientIds);
  return byClientId.union(await readKnownExchangeIds(sql, account, symbol, numbers));
}

function lookupTask(
  pair: Pair,
  venue: VenueName,
  order: TrackedOrder,
  carrier: ReturnType<typeof captureContext>,
  now: number,
) {
  return {
    action: 'find' as const,
    orderId: order.orderId,
    attempt: order.attempt,
    fence: 0,
    strategy: order.strategy,
    account: pair.account,
    venue,
    symbol: pair.symbol,
    conditional: order.conditional,
    exchangeOrderId: order.exchangeOrderId,
    noted: null,
    triggeredOrderId: order.triggeredOrderId,
    immediate: false,
    request: order.request,
    sendBefore: null,
    signedAt: now,
    carrier,
  };
}

import { failedLookup } from '../classify/failed-outcome.ts';
import type { LookupOutcome, OrderRef, OrderReport } from '../exchange.ts';
import type { Connection } from './connection.ts';
import { mapAlgoOrder, mapOrder, mergeTriggered } from './map-order.ts';

/** Looks one order up by its client id. A triggered stop is followed to the order it became. */
export async function findOrder(connection: Connection, ref: OrderRef): Promise<LookupOutcome> {
  if (!ref.conditional) return findNormal(connection, ref.symbol, { origClientOrderId: ref.clientOrderId });

  const found = await findAlgo(connection, ref);
  if (found.kind === 'absent' && ref.triggeredOrderId != null) {
    return underName(await findNormal(connection, ref.symbol, { orderId: ref.triggeredOrderId }), ref.clientOrderId);
  }
  if (found.kind !== 'found' || found.report.triggeredOrderId === null) return found;
  const followed = await findNormal(connection, ref.symbol, { orderId: found.report.triggeredOrderId });
  switch (followed.kind) {
    case 'found':
      return { kind: 'found', report: mergeTriggered(found.report, followed.report) };
    case 'absent':
      // Orders become visible a moment after they exist; the trigger itself is certain.
      return { kind: 'forgotten', report: found.report };
    case 'forgotten':
    case 'no_market':
    case 'unavailable':
      return followed;
  }
}

/** The order a stop became, for whoever asked for the stop. */
function underName(followed: LookupOutcome, clientOrderId: string): LookupOutcome {
  return followed.kind === 'found' ? { kind: 'found', report: { ...followed.report, clientOrderId } } : followed;
}

/** The Algo Service's view alone, without the order a trigger made of it. */
export async function findAlgo(connection: Connection, ref: OrderRef): Promise<LookupOutcome> {
  const params = { clientAlgoId: ref.clientOrderId, ...connection.stampedNow() };
  const answer = await connection.ask('find', (ccxt) => ccxt.fapiPrivateGetAlgoOrder(params));
  if (!answer.ok) return failedLookup(answer);
  return found(connection, mapAlgoOrder(answer.data, connection.symbols.fromVenue), ref.clientOrderId);
}

async function findNormal(
  connection: Connection,
  symbol: string,
  key: { origClientOrderId: string } | { orderId: string },
): Promise<LookupOutcome> {
  const params = { symbol: connection.symbols.toVenue(symbol), ...key, ...connection.stampedNow() };
  const answer = await connection.ask('find', (ccxt) => ccxt.fapiPrivateGetOrder(params));
  if (!answer.ok) return failedLookup(answer);
  const report = mapOrder(answer.data, connection.symbols.fromVenue, 'state');
  return found(connection, report, 'origClientOrderId' in key ? key.origClientOrderId : null);
}

/** An answer about another order than ours is no answer; it must neither adopt a stranger nor prove ours absent. */
function found(connection: Connection, report: OrderReport | undefined, clientOrderId: string | null): LookupOutcome {
  if (report === undefined || (clientOrderId !== null && report.clientOrderId !== clientOrderId)) {
    return { kind: 'unavailable', failure: connection.unreadable('find').failure };
  }
  return { kind: 'found', report };
}

import type { bybit } from 'ccxt';
import { z } from 'zod';
import type { CcxtCall } from '../ccxt/ccxt-client.ts';
import { failedLookup } from '../classify/failed-outcome.ts';
import type { LookupOutcome, OrderRef } from '../exchange.ts';
import { LINEAR, resultOf } from './answer-shape.ts';
import type { Connection } from './connection.ts';
import { mapOrder } from './map-order.ts';

/**
 * Looks one order up by its client id. The real-time list has what is open and the last closed orders; it forgets those
 * after a restart of theirs, so only what the history does not know either is absent.
 */
export async function findOrder(connection: Connection, ref: OrderRef): Promise<LookupOutcome> {
  const params = () => ({
    ...LINEAR,
    symbol: connection.symbols.toVenue(ref.symbol),
    orderLinkId: ref.clientOrderId,
    ...connection.stampedNow(),
  });
  const now = await lookUp(connection, ref, (ccxt) => ccxt.privateGetV5OrderRealtime(params()));
  return now.kind === 'absent' ? await lookUp(connection, ref, (ccxt) => ccxt.privateGetV5OrderHistory(params())) : now;
}

const listed = z.object({ list: z.array(z.unknown()) });

async function lookUp(connection: Connection, ref: OrderRef, read: CcxtCall<bybit>): Promise<LookupOutcome> {
  const answer = await connection.ask('find', read);
  if (!answer.ok) return failedLookup(answer);
  const { data } = listed.safeParse(resultOf(answer.data));
  if (data?.list.length === 0) return { kind: 'absent' };
  // An answer about another order than ours is no answer; it must neither adopt a stranger nor prove ours absent.
  const report = data?.list
    .map((order) => mapOrder(order, connection.symbols.fromVenue))
    .find((order) => order?.clientOrderId === ref.clientOrderId);
  if (report === undefined) return { kind: 'unavailable', failure: connection.unreadable('find').failure };
  return { kind: 'found', report };
}

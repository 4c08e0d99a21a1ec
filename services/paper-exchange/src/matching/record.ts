import { entryAt } from './entry-at.ts';
import type { AlgoOrder, Order } from './order.ts';

/** Counts of one kind of call of one account: every refusal by its code. */
interface CallCounts {
  received: number;
  accepted: number;
  refused: Record<string, number>;
}

interface Highest {
  normal: number;
  conditional: number;
  total: number;
}

/**
 * What the venue saw, kept apart from its state: it judges the client, so it must not be cleared by anything the
 * client does. Lives until the control API resets it.
 */
export interface VenueRecord {
  /** Account name, then call. Calls without an account are under `public`. */
  readonly calls: Map<string, Map<string, CallCounts>>;
  /** Account name, then symbol: the most open orders ever held at once. */
  readonly highest: Map<string, Map<string, Highest>>;
  /** Account name: the most conditional orders ever waiting at once, over all symbols. */
  readonly highestConditional: Map<string, number>;
  /** Every order ever accepted, oldest first. */
  readonly orders: Order[];
  readonly algos: AlgoOrder[];
  /** Account and client id: how often the id was accepted. */
  readonly acceptedIds: Map<string, number>;
}

export function createRecord(): VenueRecord {
  return {
    calls: new Map(),
    highest: new Map(),
    highestConditional: new Map(),
    orders: [],
    algos: [],
    acceptedIds: new Map(),
  };
}

export function clearRecord(record: VenueRecord): void {
  record.calls.clear();
  record.highest.clear();
  record.highestConditional.clear();
  record.orders.length = 0;
  record.algos.length = 0;
  record.acceptedIds.clear();
}

/** Counts one call, or one element of a batch; `code` is absent when it was accepted. */
export function countCall(record: VenueRecord, account: string, call: string, code?: number | string): void {
  const calls = entryAt(record.calls, account, () => new Map<string, CallCounts>());
  const counts = entryAt(calls, call, (): CallCounts => ({ received: 0, accepted: 0, refused: {} }));
  counts.received += 1;
  if (code === undefined) counts.accepted += 1;
  else counts.refused[code] = (counts.refused[code] ?? 0) + 1;
}

export function noteAcceptedId(record: VenueRecord, account: string, clientId: string): void {
  const key = `${account} ${clientId}`;
  record.acceptedIds.set(key, (record.acceptedIds.get(key) ?? 0) + 1);
}

/** Raises the high-water marks to the counts of this moment. */
export function noteOpenCounts(
  record: VenueRecord,
  account: string,
  symbol: string,
  normal: number,
  conditional: number,
  conditionalOfAccount: number,
): void {
  const symbols = entryAt(record.highest, account, () => new Map<string, Highest>());
  const highest = entryAt(symbols, symbol, () => ({ normal: 0, conditional: 0, total: 0 }));
  highest.normal = Math.max(highest.normal, normal);
  highest.conditional = Math.max(highest.conditional, conditional);
  highest.total = Math.max(highest.total, normal + conditional);
  if (conditionalOfAccount > (record.highestConditional.get(account) ?? 0)) {
    record.highestConditional.set(account, conditionalOfAccount);
  }
}

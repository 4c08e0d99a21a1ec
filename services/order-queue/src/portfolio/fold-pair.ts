import { Decimal } from '@sluice/contracts';
import { type Change, type Execution, execute, flat, type Position, type PositionRules } from './position.ts';
import { splitByQuantity } from './split-by-quantity.ts';

type Ordered = {
  /** Exchange time, ms since the epoch. */
  at: number;
  /** The exchange's id of it: of one millisecond, the lower comes first. */
  id: string;
  /** Our row it comes from. */
  source: number;
};

/** An execution of one of our orders. */
export type FillEntry = Ordered & Execution & { kind: 'fill'; strategy: string; orderId: number };

/**
 * What the exchange did to the whole position of an account. `foreign` is what of it was not ours when this was first
 * read; stored with the entry, so that folding it again comes to the same.
 */
export type AccountEntry = Ordered & { foreign: Decimal } & (
    | { kind: 'funding'; amount: Decimal }
    /** Closed by the exchange: a liquidation, or deleveraging for somebody else's. */
    | ({ kind: 'liquidation' } & Execution)
  );

export type PairEntry = FillEntry | AccountEntry;

/** What one entry did to the position of one strategy. */
export type LedgerRow = { entry: PairEntry; strategy: string; change: Change; price: Decimal | null; after: Position };

/** The digits exchanges reckon money in. */
const MONEY_PLACES = 8;

export type PairState = ReadonlyMap<string, Position>;

/** By exchange time; funding is reckoned on what was held before the trades of its millisecond. */
export function compareEntries(a: Ordered & { kind: PairEntry['kind'] }, b: typeof a): number {
  const byRank = Number(a.kind !== 'funding') - Number(b.kind !== 'funding');
  return a.at - b.at || byRank || a.id.length - b.id.length || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/**
 * Folds entries, in the order of {@link compareEntries}, into the positions of all strategies of one account and
 * symbol. All of them together, because funding and liquidations are of the account and are split between them.
 */
export function foldPair(
  start: PairState,
  entries: readonly PairEntry[],
  rules: PositionRules,
): { state: PairState; rows: LedgerRow[] } {
  const state = new Map(start);
  const rows: LedgerRow[] = [];
  for (const entry of entries) {
    for (const row of applyEntry(state, entry, rules)) {
      state.set(row.strategy, row.after);
      rows.push(row);
    }
  }
  return { state, rows };
}

function applyEntry(state: PairState, entry: PairEntry, rules: PositionRules): LedgerRow[] {
  switch (entry.kind) {
    case 'fill': {
      const { position, change } = execute(state.get(entry.strategy) ?? flat, entry, rules);
      return [{ entry, strategy: entry.strategy, change, price: entry.price, after: position }];
    }
    case 'funding':
      return shareFunding(state, entry);
    case 'liquidation':
      return shareLiquidation(state, entry, rules);
  }
}

/** Each pays for what it held: a short beside a larger long of another strategy receives what the exchange never paid. */
function shareFunding(state: PairState, entry: AccountEntry & { kind: 'funding' }): LedgerRow[] {
  const held = [...state].map(([strategy, { quantity }]) => ({ strategy, quantity }));
  const shares = splitByQuantity(entry.amount, held, entry.foreign, MONEY_PLACES);
  return shares.map(({ strategy, share }) => {
    const before = state.get(strategy)!;
    const change = { quantity: zero, realized: zero, fee: zero, otherFee: zero, funding: share, reduces: false };
    return { entry, strategy, change, price: null, after: { ...before, funding: before.funding.plus(share) } };
  });
}

/** Taken from those that held on the side that was closed; never more than they held. */
function shareLiquidation(
  state: PairState,
  entry: AccountEntry & { kind: 'liquidation' },
  rules: PositionRules,
): LedgerRow[] {
  const side = entry.side === 'sell' ? 1 : -1;
  const held = [...state]
    .map(([strategy, { quantity }]) => ({ strategy, quantity: quantity.mul(side) }))
    .filter(({ quantity }) => quantity.gt(0));
  const foreign = Decimal.max(0, entry.foreign.mul(side));
  const all = held.reduce((sum, { quantity }) => sum.plus(quantity), foreign);
  const shares = splitByQuantity(Decimal.min(entry.quantity, all), held, foreign);
  return shares.map(({ strategy, share }) => {
    const fee = entry.fee.mul(share).div(entry.quantity).toDecimalPlaces(MONEY_PLACES);
    const { position, change } = execute(state.get(strategy)!, { ...entry, quantity: share, fee }, rules);
    return { entry, strategy, change, price: entry.price, after: position };
  });
}

const zero = new Decimal(0);

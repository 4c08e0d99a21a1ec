import { venues } from '@sluice/contracts';
import type { Tx } from '@sluice/service-runtime';
import type { Configuration } from '../configuration/configuration.ts';
import {
  forgetLedgerFrom,
  markFolded,
  readEntriesFrom,
  readLastPlaces,
  readPositions,
  readPositionsBefore,
  readUnfolded,
  writeLedger,
} from '../db/position-ledger.ts';
import type { Pair } from '../orders/order.ts';
import { compareEntries, foldPair } from './fold-pair.ts';
import type { PositionRules } from './position.ts';

/**
 * Brings the positions of some pairs up to everything that is stored of them. What comes after all that was folded is
 * folded on; what comes late has its pair folded anew from the instant it belongs to. Whatever a process that died or
 * an older release left unfolded is found here as well. The caller holds the pairs' locks.
 */
export async function foldPositions(tx: Tx, pairs: Pair[], configuration: Configuration): Promise<{ late: number }> {
  // One round trip for what is read and one for what is written, since a freed slot waits for this commit.
  const reads = pairs.map((pair) => Promise.all([readLastPlaces(tx, pair), readPositions(tx, pair)]));
  const [unfolded, ...known] = await Promise.all([readUnfolded(tx, pairs), ...reads]);
  const folded: (Pair & { from: number })[] = [];
  const onward: (() => Promise<void>)[] = [];
  let late = 0;
  for (const [index, pair] of pairs.entries()) {
    const [lastPlaces, positions] = known[index]!;
    const news = unfolded
      .filter(({ account, symbol }) => account === pair.account && symbol === pair.symbol)
      .map(({ entry }) => entry)
      .sort(compareEntries);
    const first = news[0];
    if (first === undefined) continue;
    const rules = rulesOf(configuration, pair);
    if (lastPlaces.every((last) => compareEntries(first, { ...last, source: 0 }) > 0)) {
      const { rows, state } = foldPair(positions, news, rules);
      onward.push(() => writeLedger(tx, pair, rows, state));
    } else {
      late += 1;
      await foldAnew(tx, pair, first.at, rules);
    }
    folded.push({ ...pair, from: first.at });
  }
  if (folded.length > 0) await Promise.all([...onward.map((write) => write()), markFolded(tx, folded)]);
  return { late };
}

/** From the whole millisecond, so that the order within it is found again. */
async function foldAnew(tx: Tx, pair: Pair, from: number, rules: PositionRules): Promise<void> {
  const before = await readPositionsBefore(tx, pair, from);
  const entries = (await readEntriesFrom(tx, pair, from)).sort(compareEntries);
  await forgetLedgerFrom(tx, pair, from);
  const { rows, state } = foldPair(before, entries, rules);
  await writeLedger(tx, pair, rows, state);
}

/** An account that is no longer configured was a futures account, as all are that can be configured so far. */
function rulesOf(configuration: Configuration, { account, symbol }: Pair): PositionRules {
  const venue = configuration.accounts.get(account)?.venue;
  return { symbol, spot: venue !== undefined && venues[venue].marketType !== 'FUTURES' };
}

import { venues } from '@sluice/contracts';
import type { Tx } from '@sluice/service-runtime';
import type { Configuration } from '../configuration/configuration.ts';
import {
  forgetLedgerFrom,
  markFolded,
  readEntriesFrom,
  readLastPlace,
  readPositions,
  readPositionsBefore,
  readUnfolded,
  writeLedger,
} from '../db/position-ledger.ts';
import type { Pair } from '../orders/order.ts';
import { compareEntries, foldPair, type PairEntry } from './fold-pair.ts';
import type { PositionRules } from './position.ts';

/**
 * Brings the positions of some pairs up to everything that is stored of them. What comes after all that was folded is
 * folded on; what comes late has its pair folded anew from the instant it belongs to. Whatever a process that died or
 * an older release left unfolded is found here as well. The caller holds the pairs' locks.
 */
export async function foldPositions(tx: Tx, pairs: Pair[], configuration: Configuration): Promise<{ late: number }> {
  const unfolded = await readUnfolded(tx, pairs);
  const folded: (Pair & { from: number })[] = [];
  let late = 0;
  for (const pair of pairs) {
    const news = unfolded
      .filter(({ account, symbol }) => account === pair.account && symbol === pair.symbol)
      .map(({ entry }) => entry)
      .sort(compareEntries);
    const first = news[0];
    if (first === undefined) continue;
    const last = await readLastPlace(tx, pair);
    const follows = last === undefined || compareEntries({ ...first }, { ...last, source: 0 }) > 0;
    if (follows) await foldOn(tx, pair, news, rulesOf(configuration, pair));
    else {
      late += 1;
      await foldAnew(tx, pair, first.at, rulesOf(configuration, pair));
    }
    folded.push({ ...pair, from: first.at });
  }
  if (folded.length > 0) await markFolded(tx, folded);
  return { late };
}

async function foldOn(tx: Tx, pair: Pair, news: PairEntry[], rules: PositionRules): Promise<void> {
  const { rows, state } = foldPair(await readPositions(tx, pair), news, rules);
  await writeLedger(tx, pair, rows, state);
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

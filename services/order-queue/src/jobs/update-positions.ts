import { type Notification, queues } from '@sluice/contracts';
import { ExchangeError } from '@sluice/exchange';
import { bossDb, type JobFunction, type Sql, type Tx } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import type { Configuration } from '../configuration/configuration.ts';
import { limitLockWaits, lockPairs } from '../db/lock-pairs.ts';
import { calculateDueDays } from '../db/performance.ts';
import {
  readCompared,
  readHistoryStart,
  readOwnPositions,
  readUnfoldedPairs,
  writeAccountEntries,
  writeCompared,
  writeHistoryRead,
  writeMarks,
} from '../db/position-checks.ts';
import { type Comparison, comparePositions } from '../portfolio/compare-positions.ts';
import { foldPositions } from '../portfolio/fold-positions.ts';
import type { Exchanges } from '../sending/exchanges.ts';
import { warn } from '../watching/warn.ts';

const log = getLogger('update_positions');

/** The exchange may show funding a while after it was due; what is read again is stored once. */
const READ_AGAIN_MS = 10 * 60_000;
/** The first time, at most so far back: the exchange keeps three months. */
const READ_BACK_MS = 60 * 24 * 3_600_000;

export type UpdatePositionsDeps = {
  sql: Sql;
  boss: PgBoss;
  configuration: () => Configuration;
  exchanges: Exchanges;
  now: () => number;
};

/**
 * Values every position at the mark price, reads funding and forced closings, and compares our positions with the
 * exchange's. Accounts are asked side by side; one that fails keeps what was known of it.
 */
export function updatePositions(deps: UpdatePositionsDeps): JobFunction {
  return async () => {
    const counts = { valued: 0, stale: 0, entries: 0, refolded: 0, unattributed: 0, days: 0, failed: 0 };
    for (const pair of await readUnfoldedPairs(deps.sql)) {
      await inPair(deps, pair, async (tx) => void (await foldPositions(tx, [pair], deps.configuration())));
      counts.refolded += 1;
    }
    const accounts = [...deps.configuration().accounts.values()].filter((account) => !account.removed);
    await Promise.all(
      accounts.map(async ({ name, venue }) => {
        try {
          counts.entries += await readEntries(deps, name, venue);
          counts.unattributed += await compare(deps, name);
        } catch (error) {
          counts.failed += 1;
          const why = error instanceof ExchangeError ? error.message : error;
          log.warn('the positions of account %s cannot be compared; trying again in 307 s', name, why);
        }
      }),
    );
    const { valued, stale, unpriced } = await writeMarks(deps.sql);
    for (const pair of unpriced) log.warn('there is no price of %s: its position has no value yet', pair);
    if (stale.length > 0) log.warn('positions are valued at prices older than 90 s: %s', stale.join(', '));
    counts.valued = valued;
    counts.stale = stale.length;
    counts.days = await calculateDueDays(deps.sql);
    return { changed: counts.entries + counts.refolded + counts.unattributed + counts.days > 0, counts };
  };
}

async function inPair(
  { sql }: Pick<UpdatePositionsDeps, 'sql'>,
  pair: { account: string; symbol: string },
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  await sql.begin(async (tx) => {
    await Promise.all([limitLockWaits(tx, '5s'), lockPairs(tx, [pair])]);
    await work(tx);
  });
}

/** Funding and forced closings of an account, each stored once and folded in where it belongs. */
async function readEntries(deps: UpdatePositionsDeps, account: string, venue: string): Promise<number> {
  const since = await readHistoryStart(deps.sql, account);
  // An account that never traded has no position of ours that anything could have happened to.
  if (since === null) return 0;
  const asked = deps.now();
  const exchange = await deps.exchanges.of(account);
  const from = Math.max(since.getTime() - READ_AGAIN_MS, asked - READ_BACK_MS);
  const entries = await exchange.accountEntries(from);
  let stored = 0;
  for (const [symbol, ofSymbol] of Map.groupBy(entries, (entry) => entry.symbol)) {
    const pair = { account, symbol };
    let added = new Set<string>();
    await inPair(deps, pair, async (tx) => {
      added = await writeAccountEntries(tx, pair, venue, ofSymbol);
      if (added.size > 0) await foldPositions(tx, [pair], deps.configuration());
    });
    stored += added.size;
    for (const entry of ofSymbol) {
      if (entry.kind !== 'liquidation' || !added.has(entry.id)) continue;
      log.warn('%s: the exchange closed %s of %s by itself, at %s', account, entry.quantity, symbol, entry.price);
    }
  }
  await writeHistoryRead(deps.sql, account, asked);
  return stored;
}

/** Compares our positions with the exchange's, and has a person told of differences that stay. */
async function compare(deps: UpdatePositionsDeps, account: string): Promise<number> {
  const before = await readOwnPositions(deps.sql, account);
  const positions = await (await deps.exchanges.of(account)).positions();
  const after = await readOwnPositions(deps.sql, account);
  const messages: Notification[] = [];
  await deps.sql.begin(async (tx) => {
    const comparisons = comparePositions(before, positions, after, await readCompared(tx, account));
    if (comparisons.length === 0) return;
    await writeCompared(tx, account, comparisons);
    const at = new Date(deps.now()).toISOString();
    messages.push(...comparisons.filter(({ tell }) => tell).map((found) => message(account, found, at)));
    if (messages.length > 0) {
      const jobs = messages.map((data) => ({ data }));
      await deps.boss.insert(queues.notify, jobs, { db: bossDb(tx) });
    }
  });
  for (const told of messages) warn(told);
  return messages.length;
}

function message(account: string, found: Comparison, at: string): Notification {
  const { symbol, unattributed: quantity, exchange, ours } = found;
  const detail =
    quantity === '0'
      ? `${symbol} on ${account}: the exchange's position and ours agree again at ${exchange}`
      : `${symbol} on ${account}: the exchange holds ${exchange} and the fills of our strategies add up to ${ours}; ` +
        `${quantity} is nobody's here and is left alone`;
  return { kind: 'position_unattributed', key: `position:${account}:${symbol}`, at, account, symbol, quantity, detail };
}

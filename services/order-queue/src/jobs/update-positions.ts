import { inWords, type Notification, queues } from '@sluice/contracts';
import { type AccountEntry, ExchangeError, venueTraits } from '@sluice/exchange';
import { bossDb, type JobFunction, type Sql, type Tx } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import type { Configuration } from '../configuration/configuration.ts';
import { writeBalance } from '../db/account-balances.ts';
import { limitLockWaits, lockPairs } from '../db/lock-pairs.ts';
import { calculateDueDays } from '../db/performance.ts';
import {
  isHistoryBehind,
  readCompared,
  readHistoryStart,
  readOwnPositions,
  readUnfoldedPairs,
  type StatedPrice,
  writeAccountEntries,
  writeCompared,
  writeHistoryRead,
  writeMarks,
} from '../db/position-checks.ts';
import type { Pair } from '../orders/order.ts';
import { type Comparison, comparePositions } from '../portfolio/compare-positions.ts';
import { foldPositions } from '../portfolio/fold-positions.ts';
import type { Exchanges } from '../sending/exchanges.ts';
import { warn } from '../watching/warn.ts';

const log = getLogger('update_positions');

/** The exchange may show funding a while after it was due; what is read again is stored once. */
const READ_AGAIN_MS = 10 * 60_000;
/** Funding is due at full hours; a difference that nobody was told of has the history read at once. */
const READ_EVERY_MS = 55 * 60_000;
/** What exchanges answer at one go. */
const WINDOW_MS = 7 * 24 * 3_600_000;
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
 * Values every position at the mark price, reads balances, funding and forced closings, and compares our positions with
 * the exchange's. Accounts are asked side by side; one that fails keeps what was known of it.
 */
export function updatePositions(deps: UpdatePositionsDeps): JobFunction {
  return async ({ signal }) => {
    const counts = { valued: 0, stale: 0, entries: 0, refolded: 0, unattributed: 0, days: 0, failed: 0 };
    for (const pair of await readUnfoldedPairs(deps.sql)) {
      await inPair(deps, pair, async (tx) => void (await foldPositions(tx, [pair], deps.configuration())));
      counts.refolded += 1;
    }
    const accounts = [...deps.configuration().accounts.values()].filter((account) => !account.removed);
    const stated: StatedPrice[] = [];
    await Promise.all(
      accounts.map(async ({ name, venue }) => {
        try {
          const account = { name, venue, signal };
          let found = await compare(deps, name);
          if (found.news || (await isHistoryBehind(deps.sql, name, deps.now() - READ_EVERY_MS))) {
            const stored = await readEntries(deps, account);
            counts.entries += stored;
            // What was read may be what the difference is made of.
            if (stored > 0) found = await compare(deps, name);
          }
          counts.unattributed += found.told;
          stated.push(...found.stated);
          await storeBalance(deps, name);
        } catch (error) {
          counts.failed += 1;
          const why = error instanceof ExchangeError ? error.message : error;
          log.warn('the positions and the balance of account %s cannot be read; trying again in 307 s', name, why);
        }
      }),
    );
    const { valued, stale, unpriced } = await writeMarks(deps.sql, stated);
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
  pair: Pair,
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  await sql.begin(async (tx) => {
    await Promise.all([limitLockWaits(tx, '5s'), lockPairs(tx, [pair])]);
    await work(tx);
  });
}

/** For the daily summary, so a failure is told of with those of the positions and keeps nothing else from being done. */
async function storeBalance({ sql, exchanges }: UpdatePositionsDeps, account: string): Promise<void> {
  await writeBalance(sql, account, await (await exchanges.of(account)).balance());
}

/** Funding and forced closings of an account, each stored once and folded in where it belongs. */
async function readEntries(
  deps: UpdatePositionsDeps,
  { name: account, venue, signal }: { name: string; venue: string; signal: AbortSignal },
): Promise<number> {
  const since = await readHistoryStart(deps.sql, account);
  // An account that never traded has no position of ours that anything could have happened to.
  if (since === null) return 0;
  const exchange = await deps.exchanges.of(account);
  const until = deps.now();
  let stored = 0;
  for (let from = Math.max(since.getTime() - READ_AGAIN_MS, until - READ_BACK_MS); from < until; from += WINDOW_MS) {
    signal.throwIfAborted();
    const to = Math.min(from + WINDOW_MS - 1, until);
    const entries = await exchange.accountEntries(from, to);
    for (const [symbol, ofSymbol] of Map.groupBy(entries, (entry) => entry.symbol)) {
      stored += await storeEntries(deps, { account, symbol }, venue, ofSymbol);
    }
    await writeHistoryRead(deps.sql, account, to);
  }
  return stored;
}

async function storeEntries(
  deps: UpdatePositionsDeps,
  pair: Pair,
  venue: string,
  entries: AccountEntry[],
): Promise<number> {
  let added = new Set<string>();
  await inPair(deps, pair, async (tx) => {
    added = await writeAccountEntries(tx, pair, venue, entries);
    if (added.size > 0) await foldPositions(tx, [pair], deps.configuration());
  });
  for (const { kind, id, ...entry } of entries) {
    if (kind !== 'liquidation' || !added.has(id) || !('quantity' in entry)) continue;
    const { quantity, price } = entry;
    log.warn('%s: the exchange closed %s of %s by itself, at %s', pair.account, quantity, pair.symbol, price);
  }
  return added.size;
}

/** Compares our positions with the exchange's, and has a person told of differences that stay; `news`: of others. */
async function compare(
  deps: UpdatePositionsDeps,
  account: string,
): Promise<{ told: number; news: boolean; stated: StatedPrice[] }> {
  const before = await readOwnPositions(deps.sql, account);
  const exchange = await deps.exchanges.of(account);
  const positions = await exchange.positions();
  const after = await readOwnPositions(deps.sql, account);
  const { positions: kind } = venueTraits(exchange.venue);
  const messages: Notification[] = [];
  let news = false;
  await deps.sql.begin(async (tx) => {
    const comparisons = comparePositions(before, positions, after, await readCompared(tx, account), kind);
    if (comparisons.length === 0) return;
    news = comparisons.some(({ unattributed, announced }) => unattributed !== announced);
    await writeCompared(tx, account, comparisons);
    const at = new Date(deps.now()).toISOString();
    messages.push(...comparisons.filter(({ tell }) => tell).map((found) => message(account, found, at)));
    if (messages.length > 0) {
      const jobs = messages.map((data) => ({ data }));
      await deps.boss.insert(queues.notify, jobs, { db: bossDb(tx) });
    }
  });
  for (const told of messages) warn(told);
  const at = new Date(deps.now()).toISOString();
  const stated = positions.flatMap(({ symbol, price }) =>
    price === undefined ? [] : [{ account, symbol, price, at }],
  );
  return { told: messages.length, news, stated };
}

function message(account: string, found: Comparison, at: string): Notification {
  const { symbol, unattributed: quantity, exchange, ours } = found;
  const words = inWords(
    quantity === '0' ? { code: 'position_agrees', exchange } : { code: 'position_differs', exchange, ours, quantity },
  );
  return {
    kind: 'position_unattributed',
    key: `position:${account}:${symbol}`,
    at,
    account,
    symbol,
    quantity,
    ...words,
  };
}

import { type Exchange, ExchangeError } from '@sluice/exchange';
import { getLogger } from '@sluice/telemetry';
import type { Pair } from '../orders/order.ts';
import type { Exchanges } from '../sending/exchanges.ts';
import { fetchMissingFills } from './fetch-missing-fills.ts';
import { type PollPairDeps, pollPair } from './poll-pair.ts';

const log = getLogger('update_open_orders');

/** Pairs of one account that are asked for at the same time. */
const AT_ONCE = 4;
/** So many failures one after the other are the account's, not one symbol's: its other pairs would only wait as long. */
const GIVE_UP_AFTER = 8;

export type PollDeps = PollPairDeps & { exchanges: Exchanges };

export type PollCounts = Record<'pairs' | 'changed' | 'missing' | 'foreign' | 'fills' | 'settling' | 'failed', number>;

export const noCounts = (): PollCounts => ({
  pairs: 0,
  changed: 0,
  missing: 0,
  foreign: 0,
  fills: 0,
  settling: 0,
  failed: 0,
});

/**
 * Polls pairs of one account and reads the executions that were seen only as a total. Never throws: what could not be
 * read is counted, said, and left to the next poll.
 */
export async function pollAccount(
  deps: PollDeps,
  account: string,
  pairs: Pair[],
  counts: PollCounts,
  signal?: AbortSignal,
): Promise<void> {
  const failed = (of: string, error: unknown) => {
    counts.failed += 1;
    const why = error instanceof ExchangeError ? error.message : error;
    log.warn('the open orders of %s cannot be read; trying again in 29 s', of, why);
  };
  try {
    const exchange = await deps.exchanges.of(account);
    const waiting = [...pairs];
    let failures = 0;
    const work = async () => {
      for (let pair = waiting.shift(); pair !== undefined && !signal?.aborted; pair = waiting.shift()) {
        try {
          add(counts, await pollPair(deps, exchange, pair));
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
    if (!signal?.aborted) counts.fills += await readFillsOf(deps, exchange, account);
  } catch (error) {
    failed(`account ${account}`, error);
  }
}

async function readFillsOf(deps: PollDeps, exchange: Exchange, account: string): Promise<number> {
  try {
    return await fetchMissingFills(deps, exchange, account);
  } catch (error) {
    // Their sum is counted already; what waits is what each of them cost.
    log.warn('the executions of account %s cannot be read; trying again at the next poll', account, error);
    return 0;
  }
}

function add(counts: PollCounts, polled: Awaited<ReturnType<typeof pollPair>>): void {
  counts.pairs += 1;
  counts.changed += polled.changed;
  counts.missing += polled.missing;
  counts.foreign += polled.foreign;
  counts.settling += polled.settling;
}

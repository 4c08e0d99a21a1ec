import type { Sql } from '@sluice/service-runtime';
import { gauge, getLogger, recordPair, recordQueue, withoutJobContext } from '@sluice/telemetry';
import type { Configuration } from '../configuration/configuration.ts';
import { readFullestPairs } from '../db/fullest-pairs.ts';
import { type QueueDepth, readQueueDepth } from '../db/queue-depth.ts';
import { readPairFacts } from '../db/read-pair-facts.ts';
import { slotsOf } from '../planning/plan-pairs.ts';

const log = getLogger('watching');

const EVERY_MS = 60_000;
/** Pairs told of one by one: who looks for a full pair looks among the fullest, and each costs a line a minute. */
const FULLEST = 10;

type Reading = QueueDepth & { at: number };
let last: Reading | undefined;

/** A reading of more than two rounds ago is another replica's business by now. */
function current(): Reading | undefined {
  return last !== undefined && Date.now() - last.at < 2.5 * EVERY_MS ? last : undefined;
}

gauge('sluice.queue.open', { description: 'Orders on the exchange' }, () => current()?.open);
gauge('sluice.queue.pending', { description: 'Orders that wait off the exchange' }, () => current()?.pending);
gauge('sluice.queue.due', { description: 'Pairs that wait to be planned' }, () => current()?.due);

/** Writes once a minute how deep the queue is and how full its fullest pairs are; one replica does it for all. */
export function startQueueDepth(
  sql: Sql,
  replica: string,
  configuration: () => Configuration,
): { stop: () => Promise<void> } {
  let running: Promise<void> | undefined;
  const timer = withoutJobContext(() =>
    setInterval(() => {
      running ??= tellOfQueue(sql, replica, configuration()).finally(() => {
        running = undefined;
      });
    }, EVERY_MS),
  );
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

export async function tellOfQueue(sql: Sql, replica: string, configuration: Configuration): Promise<void> {
  try {
    const depth = await readQueueDepth(sql, replica);
    if (depth === undefined) return;
    last = { ...depth, at: Date.now() };
    recordQueue({ ...depth, accounts: activeAccounts(configuration) });
    const pairs = await readFullestPairs(sql, FULLEST);
    const accountOf = (name: string) => configuration.accounts.get(name);
    const venues = pairs.map(({ account }) => accountOf(account)?.venue ?? '');
    const known = await readPairFacts(sql, pairs, venues, Date.now());
    for (const { account, symbol, open } of pairs) {
      const facts = known.find((fact) => fact.account === account && fact.symbol === symbol)!;
      const foreign = facts.foreignOpen;
      const slots = slotsOf(facts, accountOf(account));
      recordPair({ account, symbol, used: open + foreign, foreign, slots: Number.isFinite(slots) ? slots : null });
    }
  } catch (error) {
    log.debug('the depth of the queue could not be read', error);
  }
}

export function activeAccounts({ accounts }: Configuration): number {
  return [...accounts.values()].filter((account) => account.active && !account.removed).length;
}

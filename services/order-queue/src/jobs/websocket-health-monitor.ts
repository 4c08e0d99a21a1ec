import { setTimeout as sleep } from 'node:timers/promises';
import type { JobFacts, JobFunction, Sql } from '@sluice/service-runtime';
import type { Configuration } from '../configuration/configuration.ts';
import { askToReconnect, readStreamHealth, type StreamHealth } from '../db/account-streams.ts';
import { beginWarning, endWarning, readStandingWarnings } from '../db/standing-warnings.ts';
import { watchedAccounts } from '../tracking/user-streams.ts';

/** Its owner pings every few seconds and reconnects by itself long before. */
const QUIET_SECONDS = 30;
/** What is being reconnected or taken over at the moment of the look is well a lease later. */
const LOOK_AGAIN_AFTER_MS = 10_000;
const KIND = 'stream_down';

export type StreamMonitorDeps = { sql: Sql; configuration: () => Configuration; lookAgainAfterMs?: number };

/** Why the stream of an account is not well; null when it is. */
function illnessOf(account: string, health: StreamHealth | undefined): string | null {
  if (health === undefined) return `the user stream of account ${account} has never been opened`;
  const last = health.reason === null ? '' : `: ${health.reason}`;
  if (!health.held) return `no replica holds the user stream of account ${account}`;
  if (!health.connected) return `the user stream of account ${account} is not connected${last}`;
  if (health.quietSeconds === null || health.quietSeconds > QUIET_SECONDS) {
    return `nothing was heard on the user stream of account ${account} for ${Math.round(health.quietSeconds ?? 0)} s`;
  }
  return null;
}

/**
 * Looks at every account's stream for the whole cluster, whichever replicas own them: what is not well at two looks is
 * told once, and one that is held for connected and is silent is made anew. Until then the poll follows the orders.
 */
export function websocketHealthMonitor(deps: StreamMonitorDeps): { run: JobFunction; facts: () => Promise<JobFacts> } {
  const { sql, configuration, lookAgainAfterMs = LOOK_AGAIN_AFTER_MS } = deps;

  async function look() {
    const accounts = watchedAccounts(configuration());
    const health = await readStreamHealth(sql, accounts);
    const ill = accounts.flatMap((account) => {
      const of = health.find((one) => one.account === account);
      const why = illnessOf(account, of);
      return why === null ? [] : [{ account, why, silent: of?.held === true && of.connected }];
    });
    return { accounts, health, ill };
  }

  const run: JobFunction = async ({ signal, log }) => {
    let { accounts, ill } = await look();
    if (ill.length > 0) {
      await sleep(lookAgainAfterMs, undefined, { signal });
      const suspects = ill;
      ({ accounts, ill } = await look());
      ill = ill.filter(({ account }) => suspects.some((suspect) => suspect.account === account));
    }
    for (const { account, why, silent } of ill) {
      if (silent) await askToReconnect(sql, account, why);
      if (await sql.begin((tx) => beginWarning(tx, KIND, account, why))) log.warn('%s; its orders are polled', why);
    }
    const standing = await readStandingWarnings(sql, [KIND]);
    let mended = 0;
    for (const { subject } of standing.filter(({ subject }) => !ill.some(({ account }) => account === subject))) {
      if (await sql.begin((tx) => endWarning(tx, KIND, subject))) mended += 1;
    }
    const counts = { accounts: accounts.length, down: ill.length, mended };
    const summary = `${accounts.length} user streams, ${ill.length} down, ${mended} connected again`;
    return { changed: mended > 0, counts, summary };
  };

  const facts = async (): Promise<JobFacts> => {
    const { accounts, health, ill } = await look();
    const reconnects = health.reduce((sum, one) => sum + one.reconnects, 0);
    const text = `${accounts.length} accounts, ${accounts.length - ill.length} connected, ${reconnects} reconnects so far`;
    return { text, counts: { accounts: accounts.length, down: ill.length, reconnects } };
  };
  return { run, facts };
}

import { Decimal } from '@sluice/contracts';
import { ExchangeError } from '@sluice/exchange';
import type { JobFunction, Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { AccountConfig, Configuration } from '../configuration/configuration.ts';
import { countInFlight, readAllotments, writeAllotments } from '../db/allotments.ts';
import { rebalanceCapital } from '../portfolio/rebalance-capital.ts';
import type { Exchanges } from '../sending/exchanges.ts';

const log = getLogger('auto_rebalance');

const HOUR_MS = 3_600_000;

export type AutoRebalanceDeps = {
  sql: Sql;
  configuration: () => Configuration;
  exchanges: Exchanges;
  now: () => number;
};

/**
 * Allots an account's capital anew to the strategies that have a share of it, when its balance has moved. What was fixed
 * by `capital` is never touched, and the first allotment is made as soon as a share is configured, not here.
 */
export function autoRebalance(deps: AutoRebalanceDeps): JobFunction {
  return async () => {
    const counts = { accounts: 0, allotted: 0, failed: 0 };
    const changes: string[] = [];
    const accounts = [...deps.configuration().accounts.values()].filter(
      (account) => !account.removed && account.active,
    );
    for (const account of accounts) {
      try {
        const allotted = await rebalanceAccount(deps, account);
        if (allotted === null) continue;
        counts.accounts += 1;
        counts.allotted += allotted.length;
        changes.push(...allotted);
      } catch (error) {
        counts.failed += 1;
        const why = error instanceof ExchangeError ? error.message : error;
        log.warn('the capital of account %s stays as it is: its balance cannot be read', account.name, why);
      }
    }
    const summary = changes.length > 0 ? changes.join('; ') : `nothing to allot on ${counts.accounts} shared accounts`;
    return { changed: counts.allotted > 0, counts, summary };
  };
}

/** What was allotted anew; null when the account is shared by none. */
async function rebalanceAccount(
  { sql, exchanges, now }: AutoRebalanceDeps,
  { name: account, rebalance }: AccountConfig,
): Promise<string[] | null> {
  const links = await readAllotments(sql, account);
  if (links.length === 0) return null;
  const { total, currency } = await (await exchanges.of(account)).balance();
  const decimal = (text: string | null) => (text === null ? null : new Decimal(text));
  const decided = rebalanceCapital(
    {
      balance: new Decimal(total),
      links: links.map((link) => ({
        ...link,
        share: new Decimal(link.share),
        amount: decimal(link.amount),
        allottedShare: decimal(link.allottedShare),
      })),
      inFlight: await countInFlight(sql, account),
    },
    {
      threshold: new Decimal(rebalance.threshold),
      minIntervalMs: new Decimal(rebalance.minIntervalHours).mul(HOUR_MS).toNumber(),
    },
    now(),
  );
  if (decided.kind === 'leave') {
    log.debug('the capital of account %s stays as it is (%s): %s', account, decided.rule, decided.why);
    return [];
  }
  const { rule } = decided;
  const rows = decided.allotments.map(({ strategy, share, old, amount }) => ({
    ...{ strategy, account, rule, balance: total },
    ...{ share: share.toFixed(), old: old.toFixed(), amount: amount.toFixed() },
  }));
  const stored = await writeAllotments(sql, rows);
  const changes: string[] = [];
  for (const { strategy, share, old, amount } of rows.filter((row) => stored.has(row.strategy))) {
    const change = `${old} before, now ${amount}, ${share} % of ${total} ${currency}`;
    changes.push(`capital of ${strategy} on ${account} (${rule}: ${decided.why}): ${change}`);
  }
  return changes;
}

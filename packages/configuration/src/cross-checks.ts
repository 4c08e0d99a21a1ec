import { Decimal, findJob, longestIntervalSeconds, needsAccountNumber, readCron, venues } from '@sluice/contracts';
import type { ConfigurationFile } from './configuration-schema.ts';
import type { Path } from './locate.ts';

export type Finding = { path: Path; message: string };

/** The name under which demo tokens are allowed, and real exchanges are not. */
export const demoInstallation = 'demo';

/**
 * What the shape alone cannot say: things that must agree with each other. Pure; finds everything at once.
 * `accountNames` has those of accounts that are listed but not well formed, too: naming one of them is no mistake.
 */
export function crossCheck(file: ConfigurationFile, accountNames: readonly string[]): Finding[] {
  return [
    ...checkAccounts(file),
    ...checkStrategies(file, accountNames),
    ...checkShares(file),
    ...checkDemo(file),
    ...checkRetention(file),
    ...checkJobs(file),
  ];
}

/** The alert id of a sender is remembered for seven days, by its receipt. */
const leastDays = { receipts_days: 8, events_days: 1, runs_days: 1 } as const;

function checkRetention({ retention }: ConfigurationFile): Finding[] {
  return (['receipts_days', 'events_days', 'runs_days'] as const)
    .filter((field) => Number(retention[field]) < leastDays[field] || Number(retention[field]) > 36_500)
    .map((field) => ({
      path: ['retention', field],
      message: `expected ${leastDays[field]} to 36500 days`,
    }));
}

/** Capital that follows every small move would change with each order; the job itself runs hourly. */
const rebalanceBounds = [
  ['threshold', 0.1, 100],
  ['min_interval_hours', 1, 8_760],
] as const;

function checkAccounts(file: ConfigurationFile): Finding[] {
  const findings: Finding[] = [];
  for (const [name, account] of Object.entries(file.accounts)) {
    const path = ['accounts', name];
    const { max_open_orders: limit, max_conditional_orders: conditional, reserve } = account;
    const numbered = account.account_number !== undefined;
    if (numbered !== needsAccountNumber(account.venue)) {
      const message = numbered
        ? `expected no account_number: the keys of ${account.venue} say whose account it is`
        : `expected account_number: an account on ${account.venue} is named by its number beside its keys`;
      findings.push({ path: numbered ? [...path, 'account_number'] : path, message });
    }
    if (limit === '0')
      findings.push({ path: [...path, 'max_open_orders'], message: 'expected a whole number above 0' });
    const reserved = Number(reserve.buy) + Number(reserve.sell) + Number(reserve.conditional);
    if (limit !== null && reserved > Number(limit)) {
      findings.push({
        path: [...path, 'reserve'],
        message: `expected at most ${limit} reserved slots (max_open_orders), found ${reserved}`,
      });
    }
    for (const [field, least, most] of rebalanceBounds) {
      const given = account.rebalance[field];
      if (Number(given) < least || Number(given) > most) {
        findings.push({ path: [...path, 'rebalance', field], message: `expected ${least} to ${most}, found ${given}` });
      }
    }
    if (conditional !== null && Number(reserve.conditional) > Number(conditional)) {
      findings.push({
        path: [...path, 'reserve', 'conditional'],
        message: `expected at most ${conditional} (max_conditional_orders), found ${reserve.conditional}`,
      });
    }
  }
  return findings;
}

function checkStrategies(file: ConfigurationFile, accountNames: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  for (const [name, strategy] of Object.entries(file.strategies)) {
    const path = ['strategies', name];
    for (const field of ['max_lag_seconds', 'max_age_seconds'] as const) {
      const seconds = strategy[field];
      // Stored in milliseconds in an integer column; a day is far beyond any use of either.
      if (seconds !== null && (Number(seconds) < 0.001 || Number(seconds) > 86_400)) {
        findings.push({ path: [...path, field], message: 'expected 0.001 to 86400 seconds' });
      }
    }
    for (const [accountName, link] of Object.entries(strategy.accounts)) {
      const linkPath = [...path, 'accounts', accountName];
      const account = file.accounts[accountName];
      if (!account) {
        if (!accountNames.includes(accountName)) {
          const listed = accountNames.join(', ') || 'none is listed';
          findings.push({ path: linkPath, message: `expected an account of this file: ${listed}` });
        }
      } else if (venues[account.venue].marketType !== strategy.market_type) {
        findings.push({
          path: linkPath,
          message: `expected an account on a ${strategy.market_type} market; ${accountName} is on ${account.venue}, which is ${venues[account.venue].marketType}`,
        });
      }
      findings.push(...checkLink(linkPath, strategy.market_type, link));
    }
  }
  return findings;
}

type Link = ConfigurationFile['strategies'][string]['accounts'][string];

function checkLink(path: Path, marketType: string, link: Link): Finding[] {
  const findings: Finding[] = [];
  if ((link.share === undefined) === (link.capital === undefined)) {
    const found = link.share === undefined ? 'neither' : 'both';
    findings.push({ path, message: `expected exactly one of share and capital, found ${found}` });
  }
  if (link.share !== undefined && !between(link.share, '0', '100')) {
    findings.push({ path: [...path, 'share'], message: `expected a per cent above 0, up to 100, found ${link.share}` });
  }
  if (link.capital !== undefined && !between(link.capital, '0', '1e15')) {
    findings.push({ path: [...path, 'capital'], message: `expected an amount above 0, found ${link.capital}` });
  }
  // Exchanges of futures take whole numbers up to 125; without borrowing there is only 1.
  const most = marketType === 'FUTURES' ? 125 : 1;
  if (Number(link.leverage) < 1 || Number(link.leverage) > most) {
    const expected = most === 1 ? `1, the only leverage on ${marketType}` : 'a whole number from 1 to 125';
    findings.push({ path: [...path, 'leverage'], message: `expected ${expected}, found ${link.leverage}` });
  }
  return findings;
}

function between(text: string, above: string, upTo: string): boolean {
  const value = new Decimal(text);
  return value.gt(above) && value.lte(upTo);
}

/** Inactive links count too: switching one back on must not overdraw the account. */
function checkShares(file: ConfigurationFile): Finding[] {
  const sums = new Map<string, Decimal>();
  for (const strategy of Object.values(file.strategies)) {
    for (const [account, { share }] of Object.entries(strategy.accounts)) {
      if (share !== undefined) sums.set(account, (sums.get(account) ?? new Decimal(0)).plus(share));
    }
  }
  return [...sums]
    .filter(([account, sum]) => sum.gt(100) && file.accounts[account])
    .map(([account, sum]) => ({
      path: ['accounts', account],
      message: `expected shares of at most 100 per cent in all, found ${sum.toFixed()}`,
    }));
}

/** The demo's tokens and keys are published, so nothing of a demo may reach a real exchange. */
function checkDemo(file: ConfigurationFile): Finding[] {
  if (file.installation.name !== demoInstallation) return [];
  return Object.entries(file.accounts)
    .filter(([, account]) => !file.venues[account.venue]?.endpoint)
    .map(([name, account]) => ({
      path: ['accounts', name, 'venue'],
      message: `expected venues.${account.venue}.endpoint to be set: an installation named "${demoInstallation}" never calls a real exchange`,
    }));
}

function checkJobs(file: ConfigurationFile): Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, string>();
  for (const [name, { every, cron }] of Object.entries(file.jobs)) {
    const path = ['jobs', name];
    const { id } = findJob(name)!;
    const before = seen.get(id);
    if (before !== undefined) findings.push({ path, message: `expected each job once; ${before} names the same one` });
    seen.set(id, name);
    if ((every === undefined) === (cron === undefined)) {
      const found = every === undefined ? 'neither' : 'both';
      findings.push({ path, message: `expected exactly one of every and cron, found ${found}` });
    }
    if (every !== undefined && !between(every, '0', String(longestIntervalSeconds))) {
      const message = `expected 1 to ${longestIntervalSeconds} seconds, found ${every}; what runs more rarely is written as cron`;
      findings.push({ path: [...path, 'every'], message });
    }
    if (cron !== undefined && readCron(cron) === null) {
      const message =
        'expected "minute hour day month weekday", with one second in front if need be, that comes at some time, ' +
        `such as "3 21 * * *" or "13 0 0 * * *", found "${cron}"`;
      findings.push({ path: [...path, 'cron'], message });
    }
  }
  return findings;
}

import { Decimal } from '@sluice/contracts';
import type { DailySummary } from './daily-summary.ts';

/** What one strategy did on one account in a day; decimals as text, as Postgres gives them. */
export type StrategyFigures = {
  account: string;
  strategy: string;
  sent: number;
  filled: number;
  failed: number;
  waiting: number;
  trades: number;
  wins: number;
  realized: string;
  fees: string;
  funding: string;
  /** Null where a position of the strategy has no mark price yet. */
  unrealized: string | null;
  /** What the strategy may use there; null when nothing is allotted yet. */
  capital: string | null;
};

/**
 * The day of one account over the strategies given, the best result first. A sum of which a part is not known is not
 * known. Pure.
 */
export function summariseDay(
  of: {
    account: string;
    day: string;
    at: string;
    currency: string | null;
    balance: string | null;
    balanceBefore: string | null;
  },
  figures: readonly StrategyFigures[],
): DailySummary {
  const strategies = figures
    .map(({ strategy, realized, fees, funding, capital, trades, wins }) => {
      const result = new Decimal(realized).minus(fees).plus(funding);
      const percent = capital === null || new Decimal(capital).lte(0) ? null : result.div(capital).times(100);
      return { strategy, result, returnPercent: percent?.toFixed(4) ?? null, trades, wins };
    })
    .toSorted((a, b) => b.result.comparedTo(a.result) || (a.strategy < b.strategy ? -1 : 1));
  const count = (field: 'sent' | 'filled' | 'failed' | 'waiting') => figures.reduce((sum, one) => sum + one[field], 0);
  const sum = (values: (string | null)[]): string | null =>
    values.includes(null) ? null : values.reduce((total, one) => total.plus(one!), new Decimal(0)).toFixed();
  const { account, day, at, currency, balance, balanceBefore } = of;
  return {
    kind: 'daily_summary',
    at,
    day,
    account,
    currency,
    balance,
    balanceChange:
      balance === null || balanceBefore === null ? null : new Decimal(balance).minus(balanceBefore).toFixed(),
    realized: sum(figures.map((one) => one.realized)),
    unrealized: sum(figures.map((one) => one.unrealized)),
    fees: sum(figures.map((one) => one.fees)),
    sent: count('sent'),
    filled: count('filled'),
    failed: count('failed'),
    waiting: count('waiting'),
    strategies: strategies.map(({ result, ...one }) => ({ ...one, result: result.toFixed() })),
  };
}

/** Which chats are told of which of an account's strategies: owners of their own, the operator of all. */
export function readersOf(
  strategies: readonly string[],
  chats: { operator: string | null; owners: ReadonlyMap<string, readonly string[]> },
): Map<string, string[]> {
  const readers = new Map<string, string[]>();
  for (const strategy of strategies) {
    for (const chat of new Set(chats.owners.get(strategy) ?? [])) {
      readers.set(chat, [...(readers.get(chat) ?? []), strategy]);
    }
  }
  if (chats.operator !== null) readers.set(chats.operator, [...strategies]);
  return readers;
}

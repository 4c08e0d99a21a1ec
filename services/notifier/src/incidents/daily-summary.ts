import type { DecimalString } from '@sluice/contracts';

/** What one chat is told of one account at the end of the day. A figure nobody knows is null, never a guess. */
export type DailySummary = {
  kind: 'daily_summary';
  at: string;
  /** The day in the installation's zone, as 2025-10-23. */
  day: string;
  account: string;
  /** Of all its amounts; null while no balance was read. */
  currency: string | null;
  /** Of the account; the change is that since the balance before. */
  balance: DecimalString | null;
  balanceChange: DecimalString | null;
  realized: DecimalString | null;
  unrealized: DecimalString | null;
  fees: DecimalString | null;
  sent: number;
  filled: number;
  failed: number;
  waiting: number;
  /** In order of result, best first. */
  strategies: StrategyDay[];
};

export type StrategyDay = {
  strategy: string;
  /** Realised, less fees, with funding. */
  result: DecimalString | null;
  returnPercent: DecimalString | null;
  trades: number | null;
  wins: number | null;
};

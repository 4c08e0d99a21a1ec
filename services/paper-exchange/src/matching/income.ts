import type { Decimal } from 'decimal.js';
import type { Trade } from './order.ts';
import type { Account, Venue } from './venue.ts';

export const incomeTypes = ['REALIZED_PNL', 'COMMISSION', 'FUNDING_FEE'] as const;

/** One change of the wallet, as the income history tells it: negative is paid. Time in ms. */
export interface Income {
  readonly type: (typeof incomeTypes)[number];
  readonly symbol: string;
  readonly amount: Decimal;
  readonly time: number;
  readonly id: number;
  readonly tradeId: number | undefined;
}

/** Pays into the wallet, or out of it, and writes it down; nothing is written of nothing. */
export function book(
  venue: Venue,
  account: Account,
  entry: Pick<Income, 'type' | 'symbol' | 'amount' | 'time'>,
  trade?: Trade,
): void {
  if (entry.amount.isZero()) return;
  account.wallet = account.wallet.plus(entry.amount);
  account.income.push({ ...entry, id: venue.nextIncomeId++, tradeId: trade?.id });
}

import { Decimal } from 'decimal.js';
import { book } from './income.ts';
import { type Account, type Market, markPrice, type Venue } from './venue.ts';

/**
 * Settles funding of one account's positions on a symbol at the mark price: a positive rate is paid by longs to shorts.
 * Returns what the account received, negative when it paid, or undefined when it holds nothing.
 */
export function settleFunding(
  venue: Venue,
  account: Account,
  market: Market,
  rate: Decimal,
  now: number,
): Decimal | undefined {
  const { symbol } = market.spec;
  let received: Decimal | undefined;
  for (const position of account.positions.values()) {
    if (position.symbol !== symbol || position.amount.isZero()) continue;
    // Eight places, as the venue books it: the wallet and the history must add up to the same.
    const amount = position.amount.times(markPrice(market)).times(rate).negated().toDecimalPlaces(8);
    book(venue, account, { type: 'FUNDING_FEE', symbol, amount, time: now });
    received = (received ?? new Decimal(0)).plus(amount);
    // A crossed position is not mentioned: funding does not change it.
    const positions = account.isolated.has(symbol) ? [position] : [];
    venue.tell({ type: 'balance', account, reason: 'FUNDING_FEE', change: amount, positions, at: now });
  }
  return received;
}

import type { Ticker } from '@sluice/exchange';

export type PriceBatches = {
  /** Prices of symbols with live or waiting orders: stored first, by themselves, so that nothing delays them. */
  first: Ticker[];
  rest: Ticker[];
};

/** Splits one answer of the exchange by who needs it soonest; of a repeated symbol the newest price counts. */
export function splitPrices(tickers: readonly Ticker[], exposed: ReadonlySet<string>): PriceBatches {
  const newest = new Map<string, Ticker>();
  for (const ticker of tickers) {
    // A dated contract (`BTCUSDT_261225`) has no canonical name, because nothing here trades it.
    if (!ticker.symbol.includes('/')) continue;
    const other = newest.get(ticker.symbol);
    if (other === undefined || other.at <= ticker.at) newest.set(ticker.symbol, ticker);
  }
  const batches: PriceBatches = { first: [], rest: [] };
  for (const ticker of newest.values()) (exposed.has(ticker.symbol) ? batches.first : batches.rest).push(ticker);
  return batches;
}

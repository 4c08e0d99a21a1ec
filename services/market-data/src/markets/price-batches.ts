import type { Ticker } from '@sluice/exchange';

export type PriceBatches = {
  /** Prices of symbols with live or waiting orders: stored first, by themselves, so that nothing delays them. */
  first: Ticker[];
  rest: Ticker[];
};

/** Splits one answer of the exchange by who needs it soonest; of a repeated symbol the newest price counts. */
export function splitPrices(tickers: readonly Ticker[], exposed: ReadonlySet<string>): PriceBatches {
  const batches: PriceBatches = { first: [], rest: [] };
  for (const ticker of newestPrices(tickers)) (exposed.has(ticker.symbol) ? batches.first : batches.rest).push(ticker);
  return batches;
}

/** One price of each symbol, the newest; two of one symbol in a statement would make it fail. */
export function newestPrices<Price extends { symbol: string; at: number }>(prices: readonly Price[]): Price[] {
  const newest = new Map<string, Price>();
  for (const price of prices) {
    // A dated contract (`BTCUSDT_261225`) has no canonical name, because nothing here trades it.
    if (!price.symbol.includes('/')) continue;
    const other = newest.get(price.symbol);
    if (other === undefined || other.at <= price.at) newest.set(price.symbol, price);
  }
  return [...newest.values()];
}

import type { JobOutcome, JobRun } from '@sluice/service-runtime';
import { selectExposedSymbols } from '../db/exposed-symbols.ts';
import { upsertPrices } from '../db/prices.ts';
import { splitPrices } from '../markets/price-batches.ts';
import { type JobContext, refreshVenues } from './refresh-venues.ts';

/** Job `price_cache`: the last price of every symbol, in one request a venue; symbols with orders are stored first. */
export async function priceCache({ sql, sources }: JobContext, run: JobRun): Promise<JobOutcome> {
  return await refreshVenues(sql, run, {
    kind: 'prices',
    meanwhile: 'its stored prices age: a MARKET order asks the exchange itself and waits for it if it cannot',
    read: (venue) => sources.tickers(venue),
    async store(venue, tickers) {
      const { first, rest } = splitPrices(tickers, await selectExposedSymbols(sql, venue.name));
      // Two statements, so that the prices someone waits for are visible before thousands of others are written.
      const written =
        (first.length > 0 ? await upsertPrices(sql, venue.name, first) : 0) +
        (rest.length > 0 ? await upsertPrices(sql, venue.name, rest) : 0);
      return {
        changed: written > 0,
        counts: { prices: first.length + rest.length, written, first: first.length },
        summary: `${first.length + rest.length} prices, ${written} of them new, ${first.length} stored first for orders`,
      };
    },
  });
}

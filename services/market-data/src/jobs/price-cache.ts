import type { MarkPrice, Ticker } from '@sluice/exchange';
import type { JobOutcome, JobRun } from '@sluice/service-runtime';
import { selectExposedSymbols } from '../db/exposed-symbols.ts';
import { upsertMarks, upsertPrices } from '../db/prices.ts';
import { pricedVenues, type UsedVenue } from '../markets/freshness.ts';
import { newestPrices, splitPrices } from '../markets/price-batches.ts';
import type { VenueSources } from '../sources/venue-sources.ts';
import { type JobContext, refreshVenues } from './refresh-venues.ts';
import { watchStalePrices } from './watch-stale-prices.ts';

/**
 * Job `price_cache`: the last and the mark price of every symbol, in one request each a venue; symbols with orders or a
 * position are stored first. Between two runs streams bring what changes; this covers their gaps.
 */
export async function priceCache({ sql, sources }: JobContext, run: JobRun): Promise<JobOutcome> {
  try {
    return await refreshVenues(sql, run, {
      kind: 'prices',
      meanwhile: 'its stored prices age: a MARKET order asks the exchange itself and waits for it if it cannot',
      read: (venue) => readPrices(sources, venue, run),
      async store(venue, { tickers, marks }, readAt) {
        const { first, rest } = splitPrices(tickers, await selectExposedSymbols(sql, venue.name));
        const seen = (prices: readonly Ticker[]) => prices.map((price) => ({ ...price, seenAt: readAt.getTime() }));
        // Two statements, so that the prices someone waits for are visible before thousands of others are written.
        const written =
          (first.length > 0 ? await upsertPrices(sql, venue.name, seen(first), { touch: true }) : 0) +
          (rest.length > 0 ? await upsertPrices(sql, venue.name, seen(rest), { touch: false }) : 0);
        if (marks.length > 0) await upsertMarks(sql, venue.name, newestPrices(marks));
        return {
          changed: written > 0,
          counts: { prices: first.length + rest.length, written, first: first.length },
          summary: `${first.length + rest.length} prices, ${written} of them new, ${first.length} stored first for orders`,
        };
      },
    });
  } finally {
    // Also when no venue answered: then it is needed most.
    await watchStalePrices(sql, new Date());
  }
}

/** Nobody waits for mark prices: without them the others are stored all the same. */
async function readPrices(
  sources: VenueSources,
  venue: UsedVenue,
  run: JobRun,
): Promise<{ tickers: Ticker[]; marks: MarkPrice[] }> {
  if (pricedVenues([venue]).length === 0) return { tickers: [], marks: [] };
  const [tickers, marks] = await Promise.allSettled([sources.tickers(venue), sources.marks(venue)]);
  if (tickers.status === 'rejected') throw tickers.reason;
  if (marks.status === 'rejected') {
    run.log.warn('%s gave no mark prices; positions are valued by older ones', venue.name, marks.reason);
  }
  return { tickers: tickers.value, marks: marks.status === 'fulfilled' ? marks.value : [] };
}

import type { JobOutcome, JobRun } from '@sluice/service-runtime';
import { selectPrecision, upsertPrecision } from '../db/precision.ts';
import { comparePrecision } from '../markets/precision-changes.ts';
import { precisionSummary } from '../markets/summaries.ts';
import { type JobContext, refreshVenues } from './refresh-venues.ts';

/** Job `precision_cache`: what prices and amounts of each symbol are rounded to. */
export async function precisionCache({ sql, sources }: JobContext, run: JobRun): Promise<JobOutcome> {
  return await refreshVenues(sql, run, {
    kind: 'precision',
    meanwhile: 'its stored precision stays in use: an order on a tick changed since may be refused by the exchange',
    read: (venue) => sources.markets(venue),
    async store(venue, markets) {
      const changes = comparePrecision(await selectPrecision(sql, venue.name), markets);
      if (changes.write.length > 0) await upsertPrecision(sql, venue.name, changes.write);
      return {
        changed: changes.write.length > 0,
        counts: {
          symbols: markets.length - changes.unusable.length,
          added: changes.added.length,
          changed: changes.write.length - changes.added.length,
          unusable: changes.unusable.length,
        },
        summary: precisionSummary(markets.length, changes),
      };
    },
  });
}

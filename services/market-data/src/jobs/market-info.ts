import type { JobOutcome, JobRun } from '@sluice/service-runtime';
import { selectFacts, upsertFacts } from '../db/facts.ts';
import { upsertRateLimits } from '../db/rate-limits.ts';
import { compareFacts } from '../markets/fact-changes.ts';
import { factsSummary, symbolListSummary } from '../markets/summaries.ts';
import { type JobContext, refreshVenues } from './refresh-venues.ts';
import { storeSymbols } from './store-symbols.ts';

/**
 * Job `market_info`: limits, filters and contract size of each symbol. The same answer says which symbols take orders;
 * stored here too, or a market that was halted would be known an hour later, by orders the exchange refuses for good.
 */
export async function marketInfo({ sql, sources }: JobContext, run: JobRun): Promise<JobOutcome> {
  return await refreshVenues(sql, run, {
    kind: 'facts',
    meanwhile: 'its stored facts stay in use: a limit or filter changed since is not kept to yet',
    read: (venue) => sources.markets(venue),
    async store(venue, markets) {
      const changes = compareFacts(await selectFacts(sql, venue.name), markets);
      if (changes.write.length > 0) await upsertFacts(sql, venue.name, changes.write);
      const list = await storeSymbols(sql, venue.name, markets, { log: run.log, first: false });
      const statuses = list?.write.length ?? 0;
      await upsertRateLimits(sql, venue.name, await sources.rateLimits(venue));
      return {
        changed: changes.write.length + statuses > 0,
        counts: {
          symbols: markets.length - changes.unusable.length,
          added: changes.added.length,
          changed: changes.write.length - changes.added.length,
          unusable: changes.unusable.length,
          statuses,
        },
        summary: [
          factsSummary(markets.length, changes),
          ...(list && statuses > 0 ? [symbolListSummary(markets.length, list)] : []),
        ].join('; '),
      };
    },
  });
}

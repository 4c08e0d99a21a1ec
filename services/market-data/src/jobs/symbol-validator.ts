import type { JobOutcome, JobRun } from '@sluice/service-runtime';
import { symbolListSummary } from '../markets/summaries.ts';
import { type JobContext, refreshVenues } from './refresh-venues.ts';
import { storeSymbols } from './store-symbols.ts';

/** Job `symbol_validator`: which symbols each exchange lists and what may be done with them. */
export async function symbolValidator({ sql, sources }: JobContext, run: JobRun): Promise<JobOutcome> {
  return await refreshVenues(sql, run, {
    kind: 'symbols',
    meanwhile: 'its stored symbol list stays in use: a symbol listed or delisted since is not noticed yet',
    read: (venue) => sources.markets(venue),
    async store(venue, markets) {
      const changes = (await storeSymbols(sql, venue.name, markets, { log: run.log, first: true }))!;
      return {
        changed: changes.write.length > 0,
        counts: {
          symbols: markets.length,
          added: changes.added.length,
          changed: changes.changed.length,
          closed: changes.gone.length,
        },
        summary: symbolListSummary(markets.length, changes),
      };
    },
  });
}

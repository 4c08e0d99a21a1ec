import type { JobHandlers, JobOutcome, JobRun } from '@sluice/service-runtime';
import { type MarketJobId, selectDueJobs } from './due-jobs.ts';
import { marketInfo } from './market-info.ts';
import { precisionCache } from './precision-cache.ts';
import { priceCache } from './price-cache.ts';
import type { JobContext } from './refresh-venues.ts';
import { symbolValidator } from './symbol-validator.ts';

const runs = {
  symbol_validator: symbolValidator,
  precision_cache: precisionCache,
  market_info: marketInfo,
  price_cache: priceCache,
} satisfies { [id in MarketJobId]: (context: JobContext, run: JobRun) => Promise<JobOutcome> };

/** The jobs of this service; each also runs at start, once per cluster, when its data is missing or old. */
export function jobHandlers(context: JobContext): JobHandlers<'market-data'> {
  const handler = (id: MarketJobId) => ({
    run: (run: JobRun) => runs[id](context, run),
    needsStart: async () => (await selectDueJobs(context.sql, 'old')).includes(id),
  });
  return {
    precision_cache: handler('precision_cache'),
    symbol_validator: handler('symbol_validator'),
    market_info: handler('market_info'),
    price_cache: handler('price_cache'),
  };
}

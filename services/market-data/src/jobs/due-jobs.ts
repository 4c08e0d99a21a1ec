import { type JobId, jobCatalogue, periodSeconds } from '@sluice/contracts';
import { readSchedules, type Sql } from '@sluice/service-runtime';
import { selectRefreshes } from '../db/refreshes.ts';
import { selectVenuesWithUnreadPrecision } from '../db/unread-listings.ts';
import { selectUsedVenues } from '../db/used-venues.ts';
import { isDue, knownVenues, missingData, type RefreshKind } from '../markets/freshness.ts';

/** What each job of this service keeps. */
const keeps = {
  symbol_validator: 'symbols',
  precision_cache: 'precision',
  market_info: 'facts',
  price_cache: 'prices',
} as const satisfies { [id in JobId]?: RefreshKind };

export type MarketJobId = keyof typeof keeps;
export const marketJobIds = Object.keys(keeps) as MarketJobId[];

/**
 * The run that is due at this very moment is on its way: asked for beside it, another would stand in its place in the
 * queue, and its tick would count as missed.
 */
const ON_ITS_WAY_MS = 10_000;

/** What others still wait for, in words; see {@link missingData}. */
export async function readMissingData(sql: Sql): Promise<string[]> {
  const [venues, refreshes] = await Promise.all([selectUsedVenues(sql), selectRefreshes(sql)]);
  return missingData(knownVenues(venues), refreshes, new Date());
}

/**
 * Jobs whose data a used venue lacks (`missing`), or also those whose data is older than their period (`old`). A
 * symbol listed since makes the daily precision old: without it the symbol could not be traded before tomorrow.
 */
export async function selectDueJobs(sql: Sql, which: 'missing' | 'old'): Promise<MarketJobId[]> {
  const [rows, refreshes, schedules] = await Promise.all([
    selectUsedVenues(sql),
    selectRefreshes(sql),
    readSchedules(sql, jobCatalogue),
  ]);
  const venues = knownVenues(rows);
  const now = new Date();
  const periodMs = (id: MarketJobId) =>
    which === 'missing'
      ? Number.POSITIVE_INFINITY
      : periodSeconds(schedules.jobs.find((job) => job.id === id)!.trigger) * 1_000 + ON_ITS_WAY_MS;
  const due = marketJobIds.filter((id) => isDue(keeps[id], venues, refreshes, periodMs(id), now));
  if (which === 'missing' || due.includes('precision_cache')) return due;

  const unread = await selectVenuesWithUnreadPrecision(sql);
  return venues.some((venue) => unread.has(venue.name)) ? [...due, 'precision_cache'] : due;
}

import { ExchangeError } from '@sluice/exchange';
import { closeScope, type JobOutcome, type JobRun, type Sql } from '@sluice/service-runtime';
import { upsertRefresh } from '../db/refreshes.ts';
import { selectUsedVenues } from '../db/used-venues.ts';
import { readVenueLimit } from '../db/venue-limit.ts';
import { knownVenues, type RefreshKind, type UsedVenue } from '../markets/freshness.ts';
import type { VenueSources } from '../sources/venue-sources.ts';

/** Where the exchange does not say for how long: the window its weight is counted in. */
const CLOSED_FOR_MS = 60_000;

export type JobContext = { sql: Sql; sources: VenueSources };

/** What one run did to one venue. */
export type VenueOutcome = { changed: boolean; counts: Record<string, number>; summary: string };

/** The part of a job that differs: what it reads from the exchange and how it stores it. */
export type VenueRefresh<Data> = {
  kind: RefreshKind;
  /** Ends the warning about a venue that cannot be read: what that means until the next run. */
  meanwhile: string;
  read(venue: UsedVenue): Promise<Data>;
  /** `readAt` is from before the request. */
  store(venue: UsedVenue, data: Data, readAt: Date): Promise<VenueOutcome>;
};

/**
 * Reads every used venue and stores what it said; venues do not wait for each other and one that fails does not keep
 * the others from being stored. The exchange is read outside any transaction. Throws what failed, after all are done.
 */
export async function refreshVenues<Data>(
  sql: Sql,
  run: JobRun,
  refresh: VenueRefresh<Data>,
): Promise<JobOutcome & { summary: string }> {
  const venues = knownVenues(await selectUsedVenues(sql));
  const results = await Promise.allSettled(venues.map((venue) => refreshVenue(sql, run, refresh, venue)));

  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, `${failures.length} venues could not be refreshed`);

  const outcomes = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  return {
    changed: outcomes.some((outcome) => outcome.changed),
    counts: added(outcomes.map((outcome) => outcome.counts)),
    summary: outcomes.length === 0 ? 'no venue in use' : outcomes.map((outcome) => outcome.summary).join(' | '),
  };
}

async function refreshVenue<Data>(
  sql: Sql,
  run: JobRun,
  refresh: VenueRefresh<Data>,
  venue: UsedVenue,
): Promise<VenueOutcome> {
  // From before the request: data is at least as old as this says, never older than it claims.
  const readAt = new Date();
  const data = await readUnlessClosed(sql, venue, refresh).catch((error: unknown) => {
    run.log.warn('%s could not be read (%s); %s', venue.name, wordsOf(error), refresh.meanwhile);
    throw error;
  });
  run.signal.throwIfAborted();
  const outcome = await refresh.store(venue, data, readAt);
  await upsertRefresh(sql, venue, refresh.kind, readAt);
  return { ...outcome, summary: `${venue.name}: ${outcome.summary}` };
}

/**
 * Nothing is asked of an exchange that wants no requests from the address: whoever goes on after a 429 is shut out, for up
 * to three days, and with this service the orders. What refuses a read here is known to all who share the address.
 */
async function readUnlessClosed<Data>(sql: Sql, venue: UsedVenue, refresh: VenueRefresh<Data>): Promise<Data> {
  const { scope, until } = await readVenueLimit(sql, venue.name);
  if (until !== null) throw new Error(`the exchange wants no requests before ${until.toISOString()}`);
  try {
    return await refresh.read(venue);
  } catch (error) {
    if (error instanceof ExchangeError && error.failure.type === 'rate_limit') {
      const { retryAfterMs, message: reason } = error.failure;
      await closeScope(sql, { scope, until: Date.now() + (retryAfterMs ?? CLOSED_FOR_MS), reason });
    }
    throw error;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function added(all: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

import { type VenueName, venueNames } from '@sluice/contracts';
import { venueTraits } from '@sluice/exchange/venue-traits';

/** What one job keeps, named as in `market.refresh`. */
export const refreshKinds = ['symbols', 'precision', 'facts', 'prices'] as const;
export type RefreshKind = (typeof refreshKinds)[number];

/** A venue that an account uses. `endpoint` is the origin read instead of the real exchange; null is the real one. */
export type UsedVenue = { name: VenueName; endpoint: string | null };

/**
 * The venues this version can read. Another one is in the configuration only while a newer version is being rolled
 * out, whose replicas read it.
 */
export function knownVenues(rows: readonly { name: string; endpoint: string | null }[]): UsedVenue[] {
  return rows.flatMap(({ name, endpoint }) => {
    const known = venueNames.find((venue) => venue === name);
    return known === undefined ? [] : [{ name: known, endpoint }];
  });
}

/** Of those, the venues whose prices are read here; prices of the others only accounts ask for. */
export function pricedVenues(venues: readonly UsedVenue[]): UsedVenue[] {
  return venues.filter(({ name }) => venueTraits(name).publicPrices);
}

/** The last time a job read a venue to the end. */
export type Refresh = { venue: string; kind: RefreshKind; endpoint: string | null; readAt: Date };

/**
 * A price older than this must not size a MARKET order, in milliseconds. The job keeps below it while the exchange
 * answers: 31 s period + 2 s until a job starts at the latest + 2 attempts of 3 s = 39 s.
 */
export const priceMaxAgeMs = 40_000;

/**
 * Whether a kind of data must be read now and not at the next tick: a used venue has none, or none younger than
 * `periodMs`, or what is stored was read from another endpoint.
 */
export function isDue(
  kind: RefreshKind,
  venues: readonly UsedVenue[],
  refreshes: readonly Refresh[],
  periodMs: number,
  now: Date,
): boolean {
  return venues.some((venue) => {
    const last = lastRefresh(kind, venue, refreshes);
    return last === undefined || now.getTime() - last.readAt.getTime() > periodMs;
  });
}

/**
 * What is still missing before others can rely on the views, e.g. `binance-usdm prices`; nothing when ready. Lists and
 * facts may be old (a job that fails says so itself); a price may not. No venue in use is ready: there is nothing to do.
 */
export function missingData(venues: readonly UsedVenue[], refreshes: readonly Refresh[], now: Date): string[] {
  return venues.flatMap((venue) =>
    refreshKinds
      .filter((kind) => {
        const last = lastRefresh(kind, venue, refreshes);
        if (last === undefined) return true;
        return kind === 'prices' && now.getTime() - last.readAt.getTime() > priceMaxAgeMs;
      })
      .map((kind) => `${venue.name} ${kind}`),
  );
}

/** Of prices of symbols in use, those nobody has heard of for too long, and those there are none of. */
export function stalePrices<Price extends { seenAt: Date | null }>(used: readonly Price[], now: Date): Price[] {
  return used.filter(({ seenAt }) => seenAt === null || now.getTime() - seenAt.getTime() > priceMaxAgeMs);
}

function lastRefresh(kind: RefreshKind, venue: UsedVenue, refreshes: readonly Refresh[]): Refresh | undefined {
  return refreshes.find(
    (refresh) => refresh.kind === kind && refresh.venue === venue.name && refresh.endpoint === venue.endpoint,
  );
}

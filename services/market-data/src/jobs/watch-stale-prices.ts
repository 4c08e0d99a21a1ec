import type { Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { noteStalePrices, selectUsedPrices } from '../db/stale-prices.ts';
import { selectUsedVenues } from '../db/used-venues.ts';
import { knownVenues, pricedVenues, priceMaxAgeMs, stalePrices } from '../markets/freshness.ts';

const log = getLogger('prices');
const namedAtMost = 5;

/**
 * Tells once of each symbol with orders or a position whose price has become too old to size a MARKET order, and once
 * when it is young again. Answers how many began or ended.
 */
export async function watchStalePrices(sql: Sql, now: Date): Promise<number> {
  const venues = pricedVenues(knownVenues(await selectUsedVenues(sql))).map(({ name }) => name);
  const stale = stalePrices(await selectUsedPrices(sql, venues), now);
  const { began, ended } = await noteStalePrices(sql, stale);
  if (began.length > 0) {
    log.warn(
      'no price younger than %d s for %s, where there are orders or positions: a MARKET order asks the exchange itself',
      priceMaxAgeMs / 1_000,
      named(began),
    );
  }
  if (ended.length > 0) log.info('prices are young enough again for %s', named(ended));
  return began.length + ended.length;
}

function named(symbols: readonly string[]): string {
  const more = symbols.length - namedAtMost;
  return symbols.slice(0, namedAtMost).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

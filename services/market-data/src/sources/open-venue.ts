import type { MarketDataSource } from '@sluice/exchange';
import type { UsedVenue } from '../markets/freshness.ts';

/** Loads the exchange's library with the first venue that is read: it is the largest part of this process. */
export async function openVenue({ name, endpoint }: UsedVenue): Promise<MarketDataSource> {
  const { createMarketData } = await import('@sluice/exchange');
  return createMarketData({ venue: name, endpoint });
}

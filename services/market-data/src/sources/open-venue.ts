import type { VenueName } from '@sluice/contracts';
import type { MarketDataSource } from '@sluice/exchange';
import type { UsedVenue } from '../markets/freshness.ts';

/**
 * Loads the exchange's library with the first venue that is read: it is the largest part of this process.
 * `ordersPerSecond`: where the exchange states its limit nowhere and its accounts have another than the documented one.
 */
export async function openVenue(
  { name, endpoint }: UsedVenue,
  ordersPerSecond: Partial<Record<VenueName, number | undefined>> = {},
): Promise<MarketDataSource> {
  const { createMarketData } = await import('@sluice/exchange');
  return createMarketData({ venue: name, endpoint, ordersPerSecond: ordersPerSecond[name] });
}

import type { VenueName } from '@sluice/contracts';
import { createBinanceSpot, createBinanceSpotMarketData } from './binance-spot/binance-spot.ts';
import { binanceSpotCosts, binanceSpotLimits } from './binance-spot/rate-costs.ts';
import { createBinanceUsdm, createBinanceUsdmMarketData } from './binance-usdm/binance-usdm.ts';
import { binanceUsdmCosts, binanceUsdmLimits } from './binance-usdm/rate-costs.ts';
import { createBybit, createBybitMarketData } from './bybit/bybit.ts';
import { bybitCosts, bybitLimits } from './bybit/rate-costs.ts';
import type { Credentials, Exchange, ExchangeOptions, MarketDataSource } from './exchange.ts';
import { type IssuedToken, issueKisToken } from './kis/issue-token.ts';
import { createKis, createKisMarketData } from './kis/kis.ts';
import { kisDomain } from './kis/kis-domain.ts';
import { kisCosts, kisLimits } from './kis/rate-costs.ts';
import type { CallCosts, RateLimit } from './rate-limits.ts';
import { venueTraits } from './venue-traits.ts';

/** Opens one account on its venue. Nothing is sent yet; call `syncClock` before the first signed call. */
export function createExchange(options: ExchangeOptions): Exchange {
  switch (options.venue) {
    case 'binance-usdm':
      return createBinanceUsdm(options);
    case 'binance-spot':
      return createBinanceSpot(options);
    case 'bybit-linear':
      return createBybit(options);
    case 'kis':
      return createKis(options);
  }
}

/**
 * Opens the public data of one venue. `endpoint` as in {@link ExchangeOptions}; `ordersPerSecond` is what the exchange takes
 * from each account, where it states that nowhere and its accounts have more than the documented.
 */
export function createMarketData(options: {
  venue: VenueName;
  endpoint: string | null;
  ordersPerSecond?: number | undefined;
}): MarketDataSource {
  switch (options.venue) {
    case 'binance-usdm':
      return createBinanceUsdmMarketData(options.endpoint);
    case 'binance-spot':
      return createBinanceSpotMarketData(options.endpoint);
    case 'bybit-linear':
      return createBybitMarketData(options.endpoint, options.ordersPerSecond);
    case 'kis':
      return createKisMarketData(options.endpoint);
  }
}

/**
 * Has a venue that wants tokens (`venueTraits`) issue one for an account's keys. Venues ration this: ask for none that is
 * not needed. Throws an {@link ExchangeError} without keys in it.
 */
export function issueAccessToken(
  of: { venue: VenueName; credentials: Credentials; endpoint: string | null },
  now: () => number,
): Promise<IssuedToken> {
  if (!venueTraits(of.venue).accessTokens) throw new Error(`${of.venue} knows no access tokens`);
  return issueKisToken(of.credentials, of.endpoint, now);
}

/** What calls cost on a venue, and its documented limits, for as long as it has not stated them itself. */
export function rateRules(venue: VenueName): { costs: CallCosts; limits: readonly RateLimit[] } {
  switch (venue) {
    case 'binance-usdm':
      return { costs: binanceUsdmCosts, limits: binanceUsdmLimits };
    case 'binance-spot':
      return { costs: binanceSpotCosts, limits: binanceSpotLimits };
    case 'bybit-linear':
      return { costs: bybitCosts, limits: bybitLimits };
    case 'kis':
      return { costs: kisCosts, limits: kisLimits(kisDomain(null)) };
  }
}

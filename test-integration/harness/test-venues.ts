import type { MarketType } from '@sluice/contracts';

/** What a test has to know of a venue to trade on it: names, and prices at which orders rest. */
export type TestVenue = {
  name: 'binance-usdm' | 'binance-spot';
  marketType: MarketType;
  /** As alerts and as the exchange write it; 20 orders from 1 to 10,000 below `near` rest. */
  main: { symbol: string; venueSymbol: string };
  /** Buys for these rest, however many steps of 0.1 below. */
  others: readonly [{ symbol: string; price: number }, { symbol: string; price: number }];
  leverage: number;
  /** LIMIT orders that are sent, and answered, together. */
  batchSize: number;
};

export const binanceUsdm: TestVenue = {
  name: 'binance-usdm',
  marketType: 'FUTURES',
  main: { symbol: 'BTC/USDT', venueSymbol: 'BTCUSDT' },
  others: [
    { symbol: 'ETH/USDT', price: 3_500 },
    { symbol: 'SOL/USDT', price: 170 },
  ],
  leverage: 10,
  batchSize: 5,
};

export const binanceSpot: TestVenue = {
  ...binanceUsdm,
  name: 'binance-spot',
  marketType: 'SPOT',
  leverage: 1,
};

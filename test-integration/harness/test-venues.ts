import type { MarketType } from '@sluice/contracts';

/** What a test has to know of a venue to trade on it: names, and prices at which orders rest. */
export type TestVenue = {
  name: 'binance-usdm' | 'binance-spot' | 'bybit-linear' | 'kis';
  marketType: MarketType;
  /** As alerts and as the exchange write it; 20 orders from 1 to 10,000 below `near` rest. */
  main: { symbol: string; venueSymbol: string };
  /** Buys for these rest, however many steps of 0.1 below. */
  others: readonly [{ symbol: string; price: number }, { symbol: string; price: number }];
  leverage: number;
  /** LIMIT orders that are sent, and answered, together. */
  batchSize: number;
  /** Of each strategy, and what each account begins with; in its settlement currency. */
  capital: number;
  balance: string;
  /** Markets of it on paper, and how many of them have a price that is read without keys. */
  listed: { markets: number; priced: number };
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
  capital: 10_000,
  balance: '1000000',
  listed: { markets: 20, priced: 20 },
};

export const binanceSpot: TestVenue = {
  ...binanceUsdm,
  name: 'binance-spot',
  marketType: 'SPOT',
  leverage: 1,
};

/** Its own limit of ten orders a second is another matter: the tests state a higher one to market-data. */
export const bybitLinear: TestVenue = { ...binanceUsdm, name: 'bybit-linear', batchSize: 10 };

export const kis: TestVenue = {
  name: 'kis',
  marketType: 'SECURITIES',
  main: { symbol: '005930/KRW', venueSymbol: '005930' },
  others: [
    { symbol: '000660/KRW', price: 180_000 },
    { symbol: '035420/KRW', price: 205_000 },
  ],
  leverage: 1,
  batchSize: 1,
  capital: 10_000_000,
  balance: '1000000000',
  listed: { markets: 8, priced: 0 },
};

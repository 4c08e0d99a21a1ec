import type { binanceusdm } from 'ccxt';
import { binanceWire } from '../binance/binance-wire.ts';
import { loadCcxtClass } from '../ccxt/ccxt-client.ts';
import { type ConnectionOptions, createConnection, type Connection as VenueConnection } from '../ccxt/connection.ts';

export type Connection = VenueConnection<binanceusdm>;

const ccxtClass = await loadCcxtClass<binanceusdm>('binanceusdm');

/** Where the streams of the real exchange are. */
export const SOCKETS = 'wss://fstream.binance.com';

/** A line to Binance USD-M futures. */
export function connectUsdm(options: ConnectionOptions): Connection {
  return createConnection(
    {
      ...binanceWire,
      market: 'binance-usdm',
      ccxtClass,
      quotes: ['USDT', 'USDC', 'USD1', 'BTC'],
      readTime: (ccxt) => ccxt.fapiPublicGetTime(),
    },
    options,
  );
}

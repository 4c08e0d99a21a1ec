import type { binance } from 'ccxt';
import { binanceWire } from '../binance/binance-wire.ts';
import { loadCcxtClass } from '../ccxt/ccxt-client.ts';
import { type ConnectionOptions, createConnection, type Connection as VenueConnection } from '../ccxt/connection.ts';

export type Connection = VenueConnection<binance>;

const ccxtClass = await loadCcxtClass<binance>('binance');

/** A line to Binance spot. */
export function connectSpot(options: ConnectionOptions): Connection {
  return createConnection(
    {
      ...binanceWire,
      market: 'binance-spot',
      ccxtClass,
      quotes: ['FDUSD', 'USDT', 'USDC', 'TUSD', 'BTC', 'ETH', 'BNB', 'EUR', 'TRY'],
      readTime: (ccxt) => ccxt.publicGetTime(),
    },
    options,
  );
}

import type { binanceusdm } from 'ccxt';
import { binanceWire } from '../binance/binance-wire.ts';
import { beside, loadCcxtClass } from '../ccxt/ccxt-client.ts';
import { type ConnectionOptions, createConnection, type Connection as VenueConnection } from '../ccxt/connection.ts';

export type Connection = VenueConnection<binanceusdm>;

const ccxtClass = await loadCcxtClass<binanceusdm>('binanceusdm');

/** Where streams are: the exchange and its sandboxes have a host of their own for them, a redirect has not. */
export function socketOrigin(endpoint: string | null): string {
  if (endpoint === null) return 'wss://fstream.binance.com';
  return sandboxes[new URL(endpoint).host] ?? beside(endpoint);
}

const sandboxes: Record<string, string> = {
  'demo-fapi.binance.com': 'wss://fstream.binancefuture.com',
  'testnet.binancefuture.com': 'wss://fstream.binancefuture.com',
};

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

import { beside } from '../ccxt/ccxt-client.ts';

/** The WebSocket API, where accounts listen, and the streams of the market: a host each. */
type Hosts = { api: string; streams: string };

/** By the port that firewalls leave open: the streams are at 9443 as well, which the chart's network policies close. */
const real: Hosts = { api: 'wss://ws-api.binance.com', streams: 'wss://stream.binance.com' };

/** The exchange's sandboxes, by the host of their calls. */
const sandboxes: Record<string, Hosts> = {
  'testnet.binance.vision': {
    api: 'wss://ws-api.testnet.binance.vision',
    streams: 'wss://stream.testnet.binance.vision',
  },
  'demo-api.binance.com': { api: 'wss://demo-ws-api.binance.com', streams: 'wss://demo-stream.binance.com' },
};

/** Below a redirect it shares its host with futures, whose streams have the same path. */
function hostsOf(endpoint: string | null): Hosts {
  if (endpoint === null) return real;
  const origin = beside(endpoint);
  return sandboxes[new URL(endpoint).host] ?? { api: origin, streams: `${origin}/spot` };
}

export function accountStreamUrl(endpoint: string | null): string {
  return `${hostsOf(endpoint).api}/ws-api/v3`;
}

/** Last prices that changed, each second. */
export function priceStreamUrl(endpoint: string | null): string {
  return `${hostsOf(endpoint).streams}/stream?streams=!miniTicker@arr`;
}

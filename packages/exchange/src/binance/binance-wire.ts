import type { Refusal, VenueDialect } from '../ccxt/venue-dialect.ts';
import { readUsage } from './read-usage.ts';

/** What Binance's markets have in common on the wire: error bodies, headers of usage, signed instants, the clock. */
export const binanceWire = {
  refusalOf,
  readUsage,
  stampParams: (stamp, clockOffsetMs) => ({
    timestamp: Math.round(stamp.signedAt + clockOffsetMs),
    recvWindow: stamp.receiveWindowMs,
  }),
  timeOf: (data) => ('serverTime' in data ? Number(data.serverTime) : Number.NaN),
} satisfies Partial<VenueDialect<never>>;

/** `{"code":-2019,"msg":"Margin is insufficient."}`; USD-M's Algo Service says success with `{"code":"200"}`. */
function refusalOf(data: unknown): Refusal | undefined {
  if (typeof data !== 'object' || data === null || !('code' in data)) return undefined;
  const code = String(data.code);
  if (code === '200' || code === '0') return undefined;
  return { code, message: 'msg' in data && typeof data.msg === 'string' ? data.msg : null };
}

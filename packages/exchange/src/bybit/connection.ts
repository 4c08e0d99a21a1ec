import type { bybit } from 'ccxt';
import { beside, loadCcxtClass } from '../ccxt/ccxt-client.ts';
import { type ConnectionOptions, createConnection, type Connection as VenueConnection } from '../ccxt/connection.ts';
import type { Refusal } from '../ccxt/venue-dialect.ts';
import { readUsage } from './read-usage.ts';

export type Connection = VenueConnection<bybit>;

/** Where streams are: the exchange and its test network have a host of their own for them, a redirect has not. */
export function socketOrigin(endpoint: string | null): string {
  if (endpoint === null) return 'wss://stream.bybit.com';
  return sandboxes[new URL(endpoint).host] ?? beside(endpoint);
}

const sandboxes: Record<string, string> = { 'api-testnet.bybit.com': 'wss://stream-testnet.bybit.com' };

/** Names under which the signed instant travels with a call's parameters until it is signed; they are never sent. */
const SIGNED_AT = '@signedAt';
const WINDOW = '@window';

const ccxtClass = await loadCcxtClass<bybit>('bybit');

/**
 * ccxt signs with an instant and a window of the client's, in headers. Ours belong to the order and were stored before it
 * is sent. Nothing waits between the two lines, so calls side by side do not take each other's.
 */
class StampedBybit extends ccxtClass {
  #signedAt: number | undefined;

  override nonce(): number {
    return this.#signedAt ?? super.nonce();
  }

  override sign(...[path, api, method, params, headers, body]: Parameters<bybit['sign']>): ReturnType<bybit['sign']> {
    const { [SIGNED_AT]: signedAt, [WINDOW]: window, ...sent } = (params ?? {}) as Record<string, unknown>;
    this.#signedAt = typeof signedAt === 'number' ? signedAt : undefined;
    if (typeof window === 'number') this.options.recvWindow = window;
    return super.sign(path, api, method, sent, headers, body);
  }
}

/** A line to Bybit's v5 interface, for linear perpetuals. */
export function connectBybit(options: ConnectionOptions): Connection {
  return createConnection<bybit>(
    {
      market: 'bybit-linear',
      ccxtClass: StampedBybit,
      quotes: ['USDT'],
      refusalOf,
      elementsOf,
      readUsage,
      stampParams: (stamp, clockOffsetMs) => ({
        [SIGNED_AT]: Math.round(stamp.signedAt + clockOffsetMs),
        [WINDOW]: stamp.receiveWindowMs,
      }),
      readTime: (ccxt) => ccxt.publicGetV5MarketTime(),
      timeOf: (data) => ('time' in data ? Number(data.time) : Number.NaN),
    },
    options,
  );
}

/** `{"retCode":110007,"retMsg":"…"}`, in an HTTP 200 as a rule; 0 is success. */
function refusalOf(data: unknown): Refusal | undefined {
  if (typeof data !== 'object' || data === null || !('retCode' in data)) return undefined;
  // Of an order in a batch whose place in `retExtInfo` says nothing: no proof that it was refused.
  if (data.retCode == null) return undefined;
  const code = String(data.retCode);
  if (code === '0') return undefined;
  return { code, message: 'retMsg' in data && typeof data.retMsg === 'string' ? data.retMsg : null };
}

/** A batch's orders stand in `result`, what became of each in `retExtInfo`, in the same order. */
function elementsOf(data: object): unknown {
  const { result, retExtInfo } = data as Partial<Record<string, { list?: unknown } | null>>;
  const [orders, infos] = [result?.list, retExtInfo?.list];
  if (!Array.isArray(orders) || !Array.isArray(infos) || orders.length !== infos.length) return undefined;
  return orders.map((order, index) => ({ ...order, retCode: infos[index]?.code, retMsg: infos[index]?.msg }));
}

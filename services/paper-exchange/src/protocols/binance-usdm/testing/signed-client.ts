import { createApp, type PaperExchangeApp, type PaperExchangeOptions } from '../../../app.ts';
import { sign } from '../../binance/signature.ts';
import type { UsdmExchange } from '../usdm-exchange.ts';

/** For tests: an app with still prices, no latency and a clock the test moves. */
export interface TestVenue extends PaperExchangeApp {
  readonly exchange: UsdmExchange;
  /** ms since the epoch; both the venue's clock and the client's timestamps come from it. */
  clock: { now: number };
  /** A signed call, the parameters in the query as curl would send them. */
  call(method: string, path: string, params?: Record<string, string>, key?: string): Promise<CallResult>;
  /** The control API. */
  control(method: string, path: string, body?: unknown): Promise<CallResult>;
}

interface CallResult {
  readonly status: number;
  // The shape differs from call to call; tests state what they expect of it.
  // biome-ignore lint/suspicious/noExplicitAny: wire JSON of a test
  readonly body: any;
  readonly headers: Headers;
}

const accounts = ['main', 'main2', 'second'].map((name) => ({
  name: `paper-${name}`,
  key: `paper-${name}`,
  secret: `paper-${name}-secret`,
  balance: '1000000',
}));

const read = async (response: Response): Promise<CallResult> => {
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, body: json ? JSON.parse(text) : text, headers: response.headers };
};

export function testVenue(options: Partial<PaperExchangeOptions> = {}): TestVenue {
  const clock = { now: 1_790_000_000_000 };
  const app = createApp({
    accounts,
    seed: 7,
    moves: false,
    latency: { minMs: 0, maxMs: 0 },
    enforceRateLimits: true,
    clock: () => clock.now,
    ...options,
  });
  const call: TestVenue['call'] = async (method, path, params = {}, key = 'paper-main') => {
    const query = new URLSearchParams({ ...params, timestamp: String(clock.now) }).toString();
    const url = `http://venue${path}?${query}&signature=${sign(`${key}-secret`, query)}`;
    return read(await app.fetch(new Request(url, { method, headers: { 'X-MBX-APIKEY': key } })));
  };
  const control: TestVenue['control'] = async (method, path, body) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return read(await app.fetch(new Request(`http://venue/control${path}`, init)));
  };
  return { ...app, exchange: app.exchanges['binance-usdm'], clock, call, control };
}

/** A LIMIT buy well below the market: it rests. */
export const restingOrder = (clientOrderId: string, extra: Record<string, string> = {}): Record<string, string> => ({
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.010',
  price: '90000',
  newClientOrderId: clientOrderId,
  ...extra,
});

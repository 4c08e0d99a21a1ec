import { createHmac } from 'node:crypto';
import { keyOf, secretOf } from './bench-configuration.ts';
import { send } from './http-client.ts';

export type Market = { symbol: string; venueSymbol: string; last: number; tick: number };
export type PaperOrder = Record<string, string>;

/** The paper exchange over plain HTTP: signed calls as Binance documents them, and its control API. */
export class PaperClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async markets(): Promise<Market[]> {
    const info = await this.#get<{
      symbols: { symbol: string; baseAsset: string; quoteAsset: string; filters: { tickSize?: string }[] }[];
    }>('/fapi/v1/exchangeInfo');
    const prices = await this.#get<{ symbol: string; price: string }[]>('/fapi/v1/ticker/price');
    return info.symbols.map(({ symbol, baseAsset, quoteAsset, filters }) => ({
      symbol: `${baseAsset}/${quoteAsset}`,
      venueSymbol: symbol,
      last: Number(prices.find((price) => price.symbol === symbol)!.price),
      tick: Number(filters.find((filter) => filter.tickSize !== undefined)!.tickSize),
    }));
  }

  /** Up to five orders in one call, which is all the exchange takes. */
  async place(account: string, orders: PaperOrder[]): Promise<void> {
    const text = await this.signed(account, 'POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify(orders) });
    if (text.includes('"code":-')) throw new Error(`the paper exchange refused an order of the floor: ${text}`);
  }

  async cancelAll(account: string, venueSymbol: string): Promise<void> {
    await this.signed(account, 'DELETE', '/fapi/v1/allOpenOrders', { symbol: venueSymbol });
  }

  async setLatency(ms: number): Promise<void> {
    await this.control('/latency', { ms });
  }

  async control(path: string, body?: object, method = 'POST'): Promise<string> {
    const { status, text } = await send(`${this.url}/control${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (status !== 200) throw new Error(`${method} /control${path}: ${text}`);
    return text;
  }

  async signed(account: string, method: string, path: string, parameters: Record<string, string>): Promise<string> {
    const query = new URLSearchParams({ ...parameters, timestamp: String(Date.now()) }).toString();
    const signature = createHmac('sha256', secretOf(account)).update(query).digest('hex');
    const headers = { 'X-MBX-APIKEY': keyOf(account) };
    const { status, text } = await send(`${this.url}${path}?${query}&signature=${signature}`, { method, headers });
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  }

  async #get<T>(path: string): Promise<T> {
    const { text } = await send(`${this.url}${path}`, { method: 'GET' });
    return JSON.parse(text) as T;
  }
}

/** A price that rests: `steps` ticks further than two per cent below the market. */
export function restingPrice({ last, tick }: Market, steps: number): string {
  const places = Math.max(0, -Math.floor(Math.log10(tick) + 1e-9));
  const ticks = Math.floor((last * 0.98) / tick) - steps;
  return (ticks * tick).toFixed(places);
}

import { createHmac } from 'node:crypto';
import { keyOf } from './test-configuration.ts';

/** An order as the exchange lists it; the fields the tests read. */
export type ExchangeOrder = {
  orderId: number;
  clientOrderId: string;
  symbol: string;
  status: string;
  side: 'BUY' | 'SELL';
  type: string;
  price: string;
  origQty: string;
  executedQty: string;
  reduceOnly: boolean;
};

export type ExchangeAlgoOrder = {
  algoId: number;
  clientAlgoId: string;
  symbol: string;
  algoStatus: string;
  orderType: string;
  side: 'BUY' | 'SELL';
  price: string;
  triggerPrice: string;
  quantity: string;
  actualOrderId: string;
  reduceOnly: boolean;
};

type Counts = { received: number; accepted: number; refused: Record<string, number> };
type RecordedOrder = {
  orderId: number | string;
  clientOrderId: string;
  symbol: string;
  side: string;
  type: string;
  quantity: string;
  price: string | null;
  status: string;
  executedQty: string;
  reduceOnly: boolean;
  /** When it arrived, ms since the epoch. */
  time: number;
};

/** What the exchange saw of one account since it started, whatever its clients believe. */
export type AccountRecord = {
  calls: Record<string, Counts>;
  highestOpen: Record<string, { normal: number; conditional: number; total: number }>;
  highestConditional: number;
  acceptedTwice: { clientOrderId: string; times: number }[];
  orders: RecordedOrder[];
};

/** A plain signed Binance client, and the paper exchange's control API. */
export class ExchangeClient {
  readonly #url: string;
  readonly #venue: string;

  /** `venue` is the one that is steered; the signed calls are Binance USD-M's. */
  constructor(url: string, venue = 'binance-usdm') {
    this.#url = url;
    this.#venue = venue;
  }

  /** A signed request, as Binance documents it. Throws on a refusal, with its code. */
  async signed<T>(account: string, method: string, path: string, parameters: Record<string, string> = {}): Promise<T> {
    const query = new URLSearchParams({ ...parameters, timestamp: String(Date.now()), recvWindow: '20000' }).toString();
    const signature = createHmac('sha256', `${keyOf(account)}-secret`)
      .update(query)
      .digest('hex');
    const response = await fetch(`${this.#url}${path}?${query}&signature=${signature}`, {
      method,
      headers: { 'X-MBX-APIKEY': keyOf(account) },
    });
    const body = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} was refused: ${JSON.stringify(body)}`);
    return body as T;
  }

  async openOrders(account: string, symbol?: string): Promise<ExchangeOrder[]> {
    return await this.signed(account, 'GET', '/fapi/v1/openOrders', symbol === undefined ? {} : { symbol });
  }

  async openAlgoOrders(account: string, symbol?: string): Promise<ExchangeAlgoOrder[]> {
    return await this.signed(account, 'GET', '/fapi/v1/openAlgoOrders', symbol === undefined ? {} : { symbol });
  }

  async order(account: string, symbol: string, orderId: string): Promise<ExchangeOrder> {
    return await this.signed(account, 'GET', '/fapi/v1/order', { symbol, orderId });
  }

  async cancel(account: string, symbol: string, orderId: string): Promise<void> {
    await this.signed(account, 'DELETE', '/fapi/v1/order', { symbol, orderId });
  }

  /** Open orders as the exchange itself sees them, whatever the protocol. */
  async resting(account: string, symbol: string): Promise<RecordedOrder[]> {
    const { orders } = await this.control<{ orders: RecordedOrder[] }>(
      `/open?account=${keyOf(account)}&symbol=${symbol}`,
    );
    return orders;
  }

  /** A call of the control API; with a body a POST. */
  async control<T = unknown>(path: string, body?: object, method = body === undefined ? 'GET' : 'POST'): Promise<T> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const url = new URL(`${this.#url}/control${path}`);
    url.searchParams.set('venue', this.#venue);
    const response = await fetch(url, init);
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} /control${path}: ${JSON.stringify(answer)}`);
    return answer as T;
  }

  async record(account: string): Promise<AccountRecord> {
    const record = await this.control<{ accounts: Record<string, AccountRecord> }>(`/record?account=${keyOf(account)}`);
    return record.accounts[keyOf(account)]!;
  }

  /** Adds a fault for one account; gives what takes it back. */
  async fault(
    account: string,
    rule: { match?: object; do: string } & Record<string, unknown>,
  ): Promise<() => Promise<void>> {
    const { match, ...rest } = rule;
    const { faults } = await this.control<{ faults: { id: number }[] }>('/faults', {
      match: { account: keyOf(account), ...match },
      ...rest,
    });
    return async () => void (await this.control(`/faults/${faults[0]!.id}`, undefined, 'DELETE'));
  }

  /** Lets nothing be heard on an account's user stream any more, so that only answers and polls tell. */
  async silence(account: string): Promise<void> {
    await this.control('/streams', { account: keyOf(account), do: 'silence', ms: 3_600_000 });
  }

  async setPrice(symbol: string, price: string): Promise<void> {
    await this.control('/prices', { symbol, price });
  }

  /** Orders somebody else placed on the account, by hand; gives their client ids. */
  async placeForeign(
    account: string,
    symbol: string,
    count: number,
    price: string,
    quantity: string,
  ): Promise<string[]> {
    const { placed } = await this.control<{ placed: string[] }>('/orders', {
      account: keyOf(account),
      symbol,
      side: 'BUY',
      quantity,
      price,
      count,
    });
    return placed;
  }
}

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One contract as the stand-in lists it. */
export type ListedContract = { base: string; status: string; tick: string; step: string; price: string; at: number };

/** A server that speaks the three public calls this service makes of Binance USD-M; a test changes its lists and faults. */
export type ListedExchange = {
  endpoint: string;
  contracts: ListedContract[];
  /** Status and body every call answers with, or `hang` to never answer; null is the normal answer. */
  fault: { status: number; body: string } | 'hang' | null;
  /** How long a normal answer takes, in milliseconds. */
  latencyMs: number;
  /** Calls so far, by path. */
  calls: Map<string, number>;
  close(): Promise<void>;
};

export function contract(base: string, given: Partial<ListedContract> = {}): ListedContract {
  return { base, status: 'TRADING', tick: '0.10', step: '0.001', price: '96000.5', at: Date.now(), ...given };
}

export async function startListedExchange(contracts: ListedContract[]): Promise<ListedExchange> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    exchange.calls.set(pathname, (exchange.calls.get(pathname) ?? 0) + 1);
    if (exchange.fault === 'hang') return;
    if (exchange.fault) return answer(response, exchange.fault.status, exchange.fault.body);
    const { status, body } = normalAnswer(pathname, exchange.contracts);
    setTimeout(() => answer(response, status, JSON.stringify(body)), exchange.latencyMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const exchange: ListedExchange = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    contracts,
    fault: null,
    latencyMs: 0,
    calls: new Map(),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return exchange;
}

function normalAnswer(path: string, contracts: readonly ListedContract[]): { status: number; body: object } {
  switch (path) {
    case '/fapi/v1/exchangeInfo':
      return { status: 200, body: { symbols: contracts.map(symbolInfo) } };
    case '/fapi/v2/ticker/price':
      return { status: 200, body: contracts.map(tickerPrice) };
    case '/fapi/v1/premiumIndex':
      return {
        status: 200,
        body: contracts.map(({ base, price, at }) => ({ symbol: `${base}USDT`, markPrice: price, time: at })),
      };
    default:
      return { status: 404, body: { code: -5000, msg: `Path ${path} is invalid` } };
  }
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

function symbolInfo({ base, status, tick, step }: ListedContract): object {
  return {
    symbol: `${base}USDT`,
    contractType: 'PERPETUAL',
    status,
    baseAsset: base,
    quoteAsset: 'USDT',
    marginAsset: 'USDT',
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice: '1000000', tickSize: tick },
      { filterType: 'LOT_SIZE', minQty: step, maxQty: '1000', stepSize: step },
      { filterType: 'MARKET_LOT_SIZE', minQty: step, maxQty: '120', stepSize: step },
      { filterType: 'MAX_NUM_ORDERS', limit: 200 },
      { filterType: 'MIN_NOTIONAL', notional: '100' },
    ],
  };
}

function tickerPrice({ base, price, at }: ListedContract): object {
  return { symbol: `${base}USDT`, price, time: at };
}

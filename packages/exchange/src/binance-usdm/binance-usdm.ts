import type { AccountStream, Credentials, Exchange, MarketDataSource, OrderReport, PriceStream } from '../exchange.ts';
import { ExchangeError } from '../exchange.ts';
import type { RateLimit, RateUsage } from '../rate-limits.ts';
import { readBalance, readPositionMode, setLeverage } from './account.ts';
import { cancelOrders } from './cancel-orders.ts';
import { type Connection, createConnection } from './connection.ts';
import { findOrder } from './find-order.ts';
import { mapMarkets } from './map-market.ts';
import { mapAlgoOrder, mapOrder } from './map-order.ts';
import type { Params } from './order-params.ts';
import { ORDERS_PER_BATCH, placeOrders } from './place-orders.ts';

import { openPriceStream } from './price-stream.ts';

import { readAccountEntries, readPositions } from './read-account-entries.ts';

import { readFills } from './read-fills.ts';
import { mapRateLimits } from './read-usage.ts';
import { readMarkPrices, readTicker, readTickers } from './tickers.ts';
import { openUserStream } from './user-stream.ts';

/** One account on Binance USD-M futures. */
export function createBinanceUsdm(
  credentials: Credentials,
  endpoint: string | null,
  timeoutMs?: number,
  now?: () => number,
  onUsage?: (usage: RateUsage) => void,
): Exchange {
  const connection = createConnection(credentials, endpoint, timeoutMs, now, onUsage);
  const streams: AccountStream[] = [];
  return {
    venue: 'binance-usdm',
    batchSize: ORDERS_PER_BATCH,
    useMarkets: (markets) => connection.symbols.use(markets),
    place: (orders, stamp) => placeOrders(connection, orders, stamp),
    cancel: (orders, stamp) => cancelOrders(connection, orders, stamp),
    find: (order) => findOrder(connection, order),
    async openOrders(symbol) {
      const venueSymbol = connection.symbols.toVenue(symbol);
      const [normal, conditional] = await Promise.all([
        listOrders(connection, venueSymbol),
        listAlgoOrders(connection, { symbol: venueSymbol }),
      ]);
      return [...normal, ...conditional];
    },
    openConditionalOrders: () => listAlgoOrders(connection, {}),
    fills: (symbol, from) => readFills(connection, symbol, from),
    positions: () => readPositions(connection),
    accountEntries: (from, to) => readAccountEntries(connection, from, to),
    watch(listener) {
      const stream = openUserStream(connection, endpoint, listener);
      streams.push(stream);
      return stream;
    },
    ticker: (symbol, options) => readTicker(connection, symbol, options?.timeoutMs),
    balance: () => readBalance(connection),
    positionMode: () => readPositionMode(connection),
    setLeverage: (symbol, leverage, marginMode) => setLeverage(connection, symbol, leverage, marginMode),
    syncClock: () => connection.syncClock(),
    clockOffsetMs: () => connection.clockOffsetMs(),
    async close() {
      for (const stream of streams) stream.close();
      connection.close();
    },
  };
}

/** Public market data of Binance USD-M futures. */
export function createBinanceUsdmMarketData(endpoint: string | null): MarketDataSource {
  const connection = createConnection(null, endpoint);
  let limits: RateLimit[] = [];
  const streams: PriceStream[] = [];
  return {
    venue: 'binance-usdm',
    async markets() {
      const data = await connection.read((ccxt) => ccxt.fapiPublicGetExchangeInfo(), EXCHANGE_INFO_TIMEOUT_MS);
      const markets = mapMarkets(data);
      limits = mapRateLimits(data);
      if (markets === undefined) throw unreadableList('exchangeInfo');
      // Names learnt here make the tickers' names exact, dated contracts included.
      connection.symbols.use(markets);
      return markets;
    },
    tickers: () => readTickers(connection),
    markPrices: () => readMarkPrices(connection),
    ticker: (symbol, options) => readTicker(connection, symbol, options?.timeoutMs),
    rateLimits: () => limits,
    watchPrices(listener) {
      const stream = openPriceStream(endpoint, connection.symbols.fromVenue, listener);
      streams.push(stream);
      return stream;
    },
    async close() {
      for (const stream of streams) stream.close();
      connection.close();
    },
  };
}

// exchangeInfo of the real exchange is over a megabyte, and nobody waits for it.
const EXCHANGE_INFO_TIMEOUT_MS = 20_000;

async function listOrders(connection: Connection, venueSymbol: string): Promise<OrderReport[]> {
  const params = { symbol: venueSymbol, ...connection.stampedNow() };
  const data = await connection.read((ccxt) => ccxt.fapiPrivateGetOpenOrders(params));
  return mapList(data, (order) => mapOrder(order, connection.symbols.fromVenue, 'state'), 'open orders');
}

async function listAlgoOrders(connection: Connection, filter: Params): Promise<OrderReport[]> {
  const params = { ...filter, ...connection.stampedNow() };
  const data = await connection.read((ccxt) => ccxt.fapiPrivateGetOpenAlgoOrders(params));
  return mapList(data, (order) => mapAlgoOrder(order, connection.symbols.fromVenue), 'open conditional orders');
}

/** All or nothing: an order dropped from a list would read as a free slot. */
function mapList(data: object, map: (element: unknown) => OrderReport | undefined, what: string): OrderReport[] {
  const reports = Array.isArray(data) ? data.map(map) : [undefined];
  if (reports.includes(undefined)) throw unreadableList(what);
  return reports.filter((report) => report !== undefined);
}

function unreadableList(what: string): ExchangeError {
  const message = `the exchange's ${what} are not in the documented shape; check the endpoint`;
  return new ExchangeError({ type: 'unknown', action: 'retry', code: null, message, retryAfterMs: null });
}

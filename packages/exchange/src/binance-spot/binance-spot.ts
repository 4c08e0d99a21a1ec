import { notInShape, readList } from '../answers/documented-shape.ts';
import { mapPriceEvent } from '../binance/map-price-event.ts';
import { mapRateLimits } from '../binance/read-usage.ts';
import type { ConnectionOptions } from '../ccxt/connection.ts';
import { openPriceStream } from '../ccxt/price-stream.ts';
import { openUserStream } from '../ccxt/user-stream.ts';
import type { Params } from '../ccxt/venue-dialect.ts';
import {
  type Credentials,
  type Exchange,
  ExchangeError,
  type MarketDataSource,
  type OrderReport,
} from '../exchange.ts';
import type { RateLimit } from '../rate-limits.ts';
import { type Connection, connectSpot } from './connection.ts';
import { readBalance, readPositions } from './holdings.ts';
import { priceStreamUrl } from './hosts.ts';
import { mapMarkets } from './map-market.ts';
import { mapOrder } from './map-order.ts';
import { readFills } from './read-fills.ts';
import { cancelOrders, findOrder, placeOrders } from './single-orders.ts';
import { readTicker, readTickers } from './tickers.ts';
import { userStreamProtocol } from './user-stream.ts';

/** One account on Binance spot: holdings in place of positions, no leverage, no funding. */
export function createBinanceSpot(options: ConnectionOptions & { credentials: Credentials }): Exchange {
  const connection = connectSpot(options);
  return {
    venue: 'binance-spot',
    useMarkets: (markets) => connection.symbols.use(markets),
    place: (orders, stamp) => placeOrders(connection, orders, stamp),
    cancel: (orders, stamp) => cancelOrders(connection, orders, stamp),
    find: (order) => findOrder(connection, order),
    openOrders: (symbol) => listOrders(connection, { symbol: connection.symbols.toVenue(symbol) }),
    async openConditionalOrders() {
      return (await listOrders(connection, {})).filter(({ conditional, status }) => conditional && status === 'open');
    },
    fills: (symbol, from) => readFills(connection, symbol, from, connection.exchangeNow()),
    positions: () => readPositions(connection),
    accountEntries: async () => [],
    watch(listener, admit) {
      const protocol = userStreamProtocol(connection, options.credentials, options.endpoint);
      return connection.keep(openUserStream(protocol, listener, undefined, admit));
    },
    ticker: (symbol, { timeoutMs } = {}) => readTicker(connection, symbol, timeoutMs),
    balance: () => readBalance(connection),
    positionMode: async () => 'one-way',
    async setLeverage(symbol, leverage) {
      if (leverage !== 1) throw noLeverage(symbol, leverage);
    },
    syncClock: () => connection.syncClock(),
    clockOffsetMs: () => connection.clockOffsetMs(),
    close: async () => connection.close(),
  };
}

/** Public market data of Binance spot. It has no mark prices: what is held is worth the last price. */
export function createBinanceSpotMarketData(endpoint: string | null): MarketDataSource {
  const connection = connectSpot({ credentials: null, endpoint });
  let limits: RateLimit[] = [];
  return {
    venue: 'binance-spot',
    async markets() {
      // Prices are dated by the exchange's clock, which this brings up to date.
      const [data] = await Promise.all([
        connection.read((ccxt) => ccxt.publicGetExchangeInfo(WITHOUT_PERMISSIONS), EXCHANGE_INFO_TIMEOUT_MS),
        connection.syncClock(),
      ]);
      const markets = mapMarkets(data);
      limits = mapRateLimits(data);
      if (markets === undefined) throw notInShape('exchangeInfo is');
      connection.symbols.use(markets);
      return markets;
    },
    tickers: () => readTickers(connection),
    markPrices: async () => [],
    ticker: (symbol, { timeoutMs } = {}) => readTicker(connection, symbol, timeoutMs),
    rateLimits: () => limits,
    watchPrices(listener) {
      const stream = openPriceStream(
        {
          url: priceStreamUrl(endpoint),
          read: (frame) => mapPriceEvent(frame, connection.symbols.fromVenue),
        },
        listener,
      );
      return connection.keep(stream);
    },
    close: async () => connection.close(),
  };
}

// The sets of permissions are most of exchangeInfo's megabytes, and nobody reads them here.
const WITHOUT_PERMISSIONS = { showPermissionSets: 'false' };
// It is large without them, too, and nobody waits for it.
const EXCHANGE_INFO_TIMEOUT_MS = 20_000;

async function listOrders(connection: Connection, filter: Params): Promise<OrderReport[]> {
  const params = { ...filter, ...connection.stampedNow() };
  const data = await connection.read((ccxt) => ccxt.privateGetOpenOrders(params));
  return readList(data, (order) => mapOrder(order, connection.symbols.fromVenue), 'open orders are');
}

function noLeverage(symbol: string, leverage: number): ExchangeError {
  const message = `${symbol} cannot be traded at leverage ${leverage}: spot knows 1 alone; change the configuration`;
  return new ExchangeError({ type: 'unknown', action: 'fail', code: null, message, retryAfterMs: null });
}

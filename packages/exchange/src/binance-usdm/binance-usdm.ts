import { notInShape, readList } from '../answers/documented-shape.ts';
import { mapPriceEvent } from '../binance/map-price-event.ts';
import { mapRateLimits } from '../binance/read-usage.ts';
import type { ConnectionOptions } from '../ccxt/connection.ts';
import { openPriceStream } from '../ccxt/price-stream.ts';
import { openUserStream } from '../ccxt/user-stream.ts';
import type { Params } from '../ccxt/venue-dialect.ts';
import type { Exchange, MarketDataSource, OrderReport } from '../exchange.ts';
import type { RateLimit } from '../rate-limits.ts';
import { readBalance, readPositionMode, setLeverage } from './account.ts';
import { cancelOrders } from './cancel-orders.ts';
import { type Connection, connectUsdm, socketOrigin } from './connection.ts';
import { findOrder } from './find-order.ts';
import { mapMarkets } from './map-market.ts';
import { mapAlgoOrder, mapOrder } from './map-order.ts';
import { placeOrders } from './place-orders.ts';
import { readAccountEntries, readPositions } from './read-account-entries.ts';
import { readFills } from './read-fills.ts';
import { readMarkPrices, readTicker, readTickers } from './tickers.ts';
import { userStreamProtocol } from './user-stream.ts';

/** One account on Binance USD-M futures. */
export function createBinanceUsdm(options: ConnectionOptions): Exchange {
  const connection = connectUsdm(options);
  return {
    venue: 'binance-usdm',
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
    watch(listener, admit) {
      const protocol = userStreamProtocol(connection, options.endpoint);
      return connection.keep(openUserStream(protocol, listener, undefined, admit));
    },
    ticker: (symbol, options) => readTicker(connection, symbol, options?.timeoutMs),
    balance: () => readBalance(connection),
    positionMode: () => readPositionMode(connection),
    setLeverage: (symbol, leverage, marginMode) => setLeverage(connection, symbol, leverage, marginMode),
    syncClock: () => connection.syncClock(),
    clockOffsetMs: () => connection.clockOffsetMs(),
    close: async () => connection.close(),
  };
}

/** Public market data of Binance USD-M futures. */
export function createBinanceUsdmMarketData(endpoint: string | null): MarketDataSource {
  const connection = connectUsdm({ credentials: null, endpoint });
  let limits: RateLimit[] = [];
  return {
    venue: 'binance-usdm',
    async markets() {
      const data = await connection.read((ccxt) => ccxt.fapiPublicGetExchangeInfo(), EXCHANGE_INFO_TIMEOUT_MS);
      const markets = mapMarkets(data);
      limits = mapRateLimits(data);
      if (markets === undefined) throw notInShape('exchangeInfo is');
      // Names learnt here make the tickers' names exact, dated contracts included.
      connection.symbols.use(markets);
      return markets;
    },
    tickers: () => readTickers(connection),
    markPrices: () => readMarkPrices(connection),
    ticker: (symbol, options) => readTicker(connection, symbol, options?.timeoutMs),
    rateLimits: () => limits,
    watchPrices(listener) {
      const stream = openPriceStream(
        {
          url: socketOrigin(endpoint) + PRICES,
          read: (frame) => mapPriceEvent(frame, connection.symbols.fromVenue),
        },
        listener,
      );
      return connection.keep(stream);
    },
    close: async () => connection.close(),
  };
}

/** Both in one connection: last prices that changed, and all mark prices, each second. */
const PRICES = '/market/stream?streams=!miniTicker@arr/!markPrice@arr@1s';

// exchangeInfo of the real exchange is over a megabyte, and nobody waits for it.
const EXCHANGE_INFO_TIMEOUT_MS = 20_000;

async function listOrders(connection: Connection, venueSymbol: string): Promise<OrderReport[]> {
  const params = { symbol: venueSymbol, ...connection.stampedNow() };
  const data = await connection.read((ccxt) => ccxt.fapiPrivateGetOpenOrders(params));
  return readList(data, (order) => mapOrder(order, connection.symbols.fromVenue, 'state'), 'open orders are');
}

async function listAlgoOrders(connection: Connection, filter: Params): Promise<OrderReport[]> {
  const params = { ...filter, ...connection.stampedNow() };
  const data = await connection.read((ccxt) => ccxt.fapiPrivateGetOpenAlgoOrders(params));
  return readList(data, (order) => mapAlgoOrder(order, connection.symbols.fromVenue), 'open conditional orders are');
}

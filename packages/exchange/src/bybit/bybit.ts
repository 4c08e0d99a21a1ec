import type { ConnectionOptions } from '../ccxt/connection.ts';
import { openPriceStream } from '../ccxt/price-stream.ts';
import { openUserStream } from '../ccxt/user-stream.ts';
import type { Params } from '../ccxt/venue-dialect.ts';
import type { Credentials, Exchange, MarketDataSource, OrderReport } from '../exchange.ts';
import { LINEAR, readPages, SETTLEMENT_CURRENCY, signedRead } from './answer-shape.ts';
import { cancelOrders } from './cancel-orders.ts';
import { type Connection, connectBybit, socketOrigin } from './connection.ts';
import { findOrder } from './find-order.ts';
import { mapMarket, readInstrument } from './map-market.ts';
import { mapOrder } from './map-order.ts';
import { placeOrders } from './place-orders.ts';
import { bybitLimitsWith } from './rate-costs.ts';
import { readAccountEntries, readBalance, readPositions } from './read-account.ts';
import { readFills } from './read-fills.ts';
import { readPositionMode, setLeverage } from './settings.ts';
import { mapPriceEvent, priceSubscriptions, readMarkPrices, readTicker, readTickers } from './tickers.ts';
import { userStreamProtocol } from './user-stream.ts';

/** One account on Bybit's USDT perpetuals. */
export function createBybit(options: ConnectionOptions & { credentials: Credentials }): Exchange {
  const connection = connectBybit(options);
  return {
    venue: 'bybit-linear',
    useMarkets: (markets) => connection.symbols.use(markets),
    place: (orders, stamp) => placeOrders(connection, orders, stamp),
    cancel: (orders, stamp) => cancelOrders(connection, orders, stamp),
    find: (order) => findOrder(connection, order),
    openOrders: (symbol) => listOrders(connection, { symbol: connection.symbols.toVenue(symbol) }),
    openConditionalOrders: () => listOrders(connection, { settleCoin: SETTLEMENT_CURRENCY, orderFilter: 'StopOrder' }),
    fills: (symbol, from) => readFills(connection, symbol, from),
    positions: () => readPositions(connection),
    accountEntries: (from, to) => readAccountEntries(connection, from, to),
    watch(listener, admit) {
      const protocol = userStreamProtocol(connection, options.credentials, options.endpoint);
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

/** Public market data of Bybit's USDT perpetuals. */
export function createBybitMarketData(endpoint: string | null, ordersPerSecond?: number): MarketDataSource {
  const connection = connectBybit({ credentials: null, endpoint });
  let listed: string[] = [];
  const markets = async () => {
    const found = await readPages(
      (params) => connection.read((ccxt) => ccxt.publicGetV5MarketInstrumentsInfo(params), INSTRUMENTS_TIMEOUT_MS),
      { ...LINEAR, limit: INSTRUMENTS_PER_PAGE },
      readInstrument,
      'instruments are',
    );
    const facts = found.flatMap((market) => mapMarket(market) ?? []);
    // Names learnt here make the tickers' names exact, and are what prices are asked for.
    connection.symbols.use(facts);
    listed = facts.map(({ venueSymbol }) => venueSymbol);
    return facts;
  };
  return {
    venue: 'bybit-linear',
    markets,
    tickers: () => readTickers(connection),
    markPrices: () => readMarkPrices(connection),
    ticker: (symbol, options) => readTicker(connection, symbol, options?.timeoutMs),
    rateLimits: () => bybitLimitsWith(ordersPerSecond),
    watchPrices(listener) {
      const stream = openPriceStream(
        {
          url: `${socketOrigin(endpoint)}/v5/public/linear`,
          // Another process may have been the one that read the list.
          subscribe: async () => {
            if (listed.length === 0) await markets();
            return priceSubscriptions(listed);
          },
          ping: JSON.stringify({ op: 'ping' }),
          read: (frame) => mapPriceEvent(frame, connection.symbols.fromVenue),
        },
        listener,
      );
      return connection.keep(stream);
    },
    close: async () => connection.close(),
  };
}

const ORDERS_PER_PAGE = 50;
const INSTRUMENTS_PER_PAGE = 1_000;
// All of them on the real exchange are over half a megabyte, and nobody waits for it.
const INSTRUMENTS_TIMEOUT_MS = 20_000;

/** Open orders, normal and conditional; they share a list here. */
async function listOrders(connection: Connection, filter: Params): Promise<OrderReport[]> {
  return await readPages(
    signedRead(connection, (ccxt, params) => ccxt.privateGetV5OrderRealtime(params)),
    { ...LINEAR, ...filter, openOnly: 0, limit: ORDERS_PER_PAGE },
    (order) => mapOrder(order, connection.symbols.fromVenue),
    'open orders are',
  );
}

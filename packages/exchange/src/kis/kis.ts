import type {
  AccountStream,
  Exchange,
  ExchangeOptions,
  MarketDataSource,
  MarketFacts,
  PriceStream,
} from '../exchange.ts';
import { ExchangeError } from '../exchange.ts';
import { createHttpClient, type HttpClient } from '../http/http-client.ts';
import { readAccount } from './account.ts';
import { amendOrder, cancelOrder, findOrder } from './change-order.ts';
import { createKisConnection, unreadable } from './connection.ts';
import { kisDomain } from './kis-domain.ts';
import { isAlive } from './map-order.ts';
import { placeOrder } from './place-order.ts';
import { fundTicks, stockTicks } from './price-ticks.ts';
import { kisLimits } from './rate-costs.ts';
import { readToday } from './read-day.ts';
import { readKisFills } from './read-fills.ts';
import { type ListedStock, readStockList, type StockList, stockLists } from './stock-list.ts';
import { toSymbol } from './symbols.ts';
import { readTicker } from './ticker.ts';

/** One account for Korean stocks at Korea Investment & Securities. */
export function createKis(options: ExchangeOptions): Exchange {
  const { credentials, endpoint, tokens, now, onUsage } = options;
  if (tokens === undefined) throw new Error('an account on kis needs a source of access tokens');
  const connection = createKisConnection({ credentials, endpoint, tokens, now, onUsage });
  return {
    venue: 'kis',
    // A symbol names its stock by itself.
    useMarkets: () => {},
    place: (orders, stamp) => Promise.all(orders.map((order) => placeOrder(connection, order, stamp))),
    cancel: (orders, stamp) => Promise.all(orders.map((order) => cancelOrder(connection, order, stamp))),
    amend: (order, to, stamp) => amendOrder(connection, order, to, stamp),
    find: (order) => findOrder(connection, order),
    ordersOfDay: (symbol) => readToday(connection, symbol),
    openOrders: async (symbol) => (await readToday(connection, symbol)).filter(isAlive),
    // Stops stand in the same list as all else, and no limit counts them.
    openConditionalOrders: async () => [],
    fills: (symbol, from) => readKisFills(connection, symbol, from),
    positions: async () => (await readAccount(connection)).positions,
    // Stocks that are paid for know neither funding nor liquidation.
    accountEntries: async () => [],
    watch: () => noStream,
    ticker: (symbol, wanted) => readTicker(connection, symbol, wanted?.timeoutMs),
    async balance() {
      const { total, free } = await readAccount(connection);
      return { currency: 'KRW', total, free };
    },
    positionMode: async () => 'one-way',
    setLeverage: async () => {},
    // Requests carry no time of their own, and its clock is asked for nowhere.
    syncClock: async () => {},
    clockOffsetMs: () => 0,
    close: async () => connection.close(),
  };
}

/** The stocks of both boards, as KIS lists them for everybody. Prices it gives to holders of keys alone. */
export function createKisMarketData(endpoint: string | null): MarketDataSource {
  const domain = kisDomain(endpoint);
  const http = createHttpClient();
  return {
    venue: 'kis',
    async markets() {
      const lists = await Promise.all(stockLists.map((list) => downloadList(http, domain.listOrigin, list)));
      return lists.flat().map(toMarket);
    },
    tickers: async () => [],
    markPrices: async () => [],
    ticker: async () => {
      throw new ExchangeError({ ...unreadable('read').failure, message: 'prices of this exchange need an account' });
    },
    rateLimits: () => kisLimits(domain),
    watchPrices: () => noStream,
    close: async () => http.close(),
  };
}

/** Nothing is told by itself here (`venueTraits`): what happens is asked for. */
const noStream: AccountStream & PriceStream = { connected: false, lastHeardAt: null, reconnect() {}, close() {} };

// Over two thousand lines, and nobody waits for them.
const LIST_TIMEOUT_MS = 20_000;

async function downloadList(http: HttpClient, origin: string, list: StockList): Promise<ListedStock[]> {
  const call = {
    url: `${origin}${list.path}`,
    method: 'GET',
    headers: {},
    body: undefined,
    timeoutMs: LIST_TIMEOUT_MS,
  };
  const result = await http.send({ ...call, encoding: 'latin1' });
  const { failure } = unreadable('read');
  if (result.stage !== 'answered') throw new ExchangeError({ ...failure, code: result.code, message: result.message });
  if (result.status !== 200) throw new ExchangeError({ ...failure, code: `http ${result.status}` });
  let stocks: ListedStock[];
  try {
    stocks = readStockList(Buffer.from(result.body, 'latin1'), list);
  } catch (error) {
    throw new ExchangeError(failure, { cause: error });
  }
  // Half a list would close the symbols of the other half.
  if (stocks.length === 0) throw new ExchangeError({ ...failure, message: `the list of ${list.board} is empty` });
  return stocks;
}

function toMarket(stock: ListedStock): MarketFacts {
  return {
    symbol: toSymbol(stock.code),
    venueSymbol: stock.code,
    status: stock.halted ? 'cancel_only' : 'trading',
    priceTick: '1',
    priceTicks: stock.kind === 'fund' ? fundTicks : stockTicks,
    // Whole shares.
    amountStep: '1',
    minAmount: '1',
    maxAmount: null,
    marketAmountStep: null,
    marketMaxAmount: null,
    minNotional: null,
    contractSize: '1',
    maxOpenOrders: null,
    maxConditionalOrders: null,
    conditionalScope: 'symbol',
    adapterMarket: { kind: stock.kind },
  };
}

import { incomeTypes } from '../../../matching/income.ts';
import type { Trade } from '../../../matching/order.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Market } from '../../../matching/venue.ts';
import { firstRefusal } from '../../binance/parameters.ts';
import { refusals } from '../refusals.ts';
import { mandatoryMarket, readFault } from './order-routes.ts';
import { incomeView, orderView, tradeView } from './order-view.ts';
import { bySymbol, type Route, type SignedInput } from './route.ts';

const WEEK_MS = 7 * 86_400_000;

interface Window {
  readonly from: number;
  readonly to: number;
  /** Was either end asked for? Without, the newest entries are the page, with it the oldest. */
  readonly given: boolean;
}

/** `startTime` and `endTime`, both included: at most a week; one of them alone is an end of the week, none the last week. */
function readWindow(input: SignedInput): Window | Refusal {
  const start = input.params.integer('startTime');
  const end = input.params.integer('endTime');
  if (start instanceof Refusal) return start;
  if (end instanceof Refusal) return end;
  const to = end ?? (start === undefined ? input.now : start + WEEK_MS);
  const from = start ?? to - WEEK_MS;
  return to - from > WEEK_MS ? refusals.badInterval(7) : { from, to, given: start !== undefined || end !== undefined };
}

/**
 * The trades from an id on, found by halves: a poll for the newest must not walk through a day's trades. Times would
 * not do, since the venue's clock can be set back between two of them.
 */
function tradesFrom(trades: readonly Trade[], id: number): readonly Trade[] {
  let low = 0;
  let high = trades.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((trades[middle]?.id ?? id) < id) low = middle + 1;
    else high = middle;
  }
  return trades.slice(low);
}

const page = <T>(found: readonly T[], limit: number, newest: boolean): readonly T[] =>
  newest ? found.slice(-limit) : found.slice(0, limit);

/** Trades of one symbol. A trade is hidden as long as its order is, so that reads agree with each other. */
function userTrades(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  const orderId = input.params.integer('orderId');
  const fromId = input.params.integer('fromId');
  const limit = input.params.integer('limit');
  const window = readWindow(input);
  const refused = firstRefusal(market, orderId, fromId, limit, window) ?? readFault(input, 'trades');
  if (refused) return refused;
  const { from, to, given } = window as Window;
  if (fromId !== undefined && given) return refusals.badCombination();
  const { symbol } = (market as Market).spec;
  const { trades } = input.account;
  const begun = fromId === undefined ? trades : tradesFrom(trades, fromId as number);
  const found = begun.filter(
    (trade) =>
      trade.symbol === symbol &&
      (orderId === undefined || trade.orderId === orderId) &&
      (fromId !== undefined || (trade.time >= from && trade.time <= to)) &&
      (input.account.orders.get(trade.orderId)?.visibleAt ?? 0) <= input.now,
  );
  const count = Math.min((limit as number | undefined) ?? 500, 1_000);
  return page(found, count, fromId === undefined && !given).map((trade) => tradeView(market as Market, trade));
}

/** What changed the wallet. */
function income(input: SignedInput): object | Refusal {
  const symbol = input.params.text('symbol');
  const type = input.params.text('incomeType');
  const limit = input.params.integer('limit');
  const number = input.params.integer('page');
  const window = readWindow(input);
  const refused = firstRefusal(limit, number, window) ?? readFault(input, 'trades');
  if (refused) return refused;
  if (symbol !== undefined && !input.venue.markets.has(symbol)) return refusals.badSymbol();
  if (type !== undefined && !(incomeTypes as readonly string[]).includes(type)) return [];
  const { from, to, given } = window as Window;
  const found = input.account.income.filter(
    (one) =>
      (symbol === undefined || one.symbol === symbol) &&
      (type === undefined || one.type === type) &&
      one.time >= from &&
      one.time <= to,
  );
  const count = Math.min((limit as number | undefined) ?? 100, 1_000);
  const skipped = (((number as number | undefined) ?? 1) - 1) * count;
  return page(found.slice(Math.max(0, skipped)), count, !given && number === undefined).map(incomeView);
}

/** Orders by which the venue closed a position of the account, newest last. */
function forceOrders(input: SignedInput): object | Refusal {
  const symbol = input.params.text('symbol');
  const kind = input.params.text('autoCloseType');
  const limit = input.params.integer('limit');
  const window = readWindow(input);
  const refused = firstRefusal(limit, window) ?? readFault(input, 'trades');
  if (refused) return refused;
  const { from, to, given } = window as Window;
  const found = [...input.account.orders.values()].filter(
    (order) =>
      order.forced !== undefined &&
      (symbol === undefined || order.symbol === symbol) &&
      (kind === undefined || kind === (order.forced === 'adl' ? 'ADL' : 'LIQUIDATION')) &&
      order.time >= from &&
      order.time <= to,
  );
  const count = Math.min((limit as number | undefined) ?? 50, 100);
  return page(found, count, !given).map((order) => orderView(input.venue.markets.get(order.symbol)!, order));
}

const read = { signed: true, engine: false, kind: 'trades' } as const;

export const historyRoutes: readonly (readonly [string, Route])[] = [
  ['GET /fapi/v1/userTrades', { ...read, weight: 5, run: userTrades }],
  ['GET /fapi/v1/income', { ...read, weight: 30, run: income }],
  ['GET /fapi/v1/forceOrders', { ...read, weight: bySymbol(20, 50), run: forceOrders }],
];

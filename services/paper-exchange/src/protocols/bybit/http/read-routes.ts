import { isOpen } from '../../../matching/order.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Account } from '../../../matching/venue.ts';
import type { CallKind } from '../../../serving/faults.ts';
import { orderIdText } from '../order-id.ts';
import { refusals } from '../refusals.ts';
import { faultRefusal, named } from './order-routes.ts';
import { executionView, type Listed, orderView } from './order-view.ts';
import { page, type Result, type Route, type SignedInput } from './route.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** Closed orders the list of open ones still shows. */
const CLOSED_SHOWN = 500;

/** Refuses a read when a fault is aimed at it. */
export function readFault(input: SignedInput, kind: CallKind, clientId?: string): Refusal | undefined {
  const { faults } = input.exchange;
  if (!faults.active) return undefined;
  const subject = { symbol: input.params.text('symbol'), clientId, type: undefined };
  const fault = faults.takeForOrder(input.account.name, kind, subject);
  return fault?.do === 'refuse' ? faultRefusal(fault) : undefined;
}

const idOf = (listed: Listed): number => {
  if (listed.kind === 'order') return listed.algo?.algoId ?? listed.order.orderId;
  return listed.kind === 'waiting' ? listed.algo.algoId : listed.rejected.orderId;
};
const symbolOf = (listed: Listed): string => {
  if (listed.kind === 'order') return listed.order.symbol;
  return listed.kind === 'waiting' ? listed.algo.symbol : listed.rejected.wish.request.symbol;
};
const updatedAt = (listed: Listed): number => {
  if (listed.kind === 'order') return listed.order.updateTime;
  return listed.kind === 'waiting' ? listed.algo.updateTime : listed.rejected.at;
};
const executedSome = (listed: Listed): boolean => listed.kind === 'order' && !listed.order.executed.isZero();
const lives = (listed: Listed): boolean => {
  if (listed.kind === 'order') return isOpen(listed.order);
  return listed.kind === 'waiting' && listed.algo.status === 'NEW';
};
const isConditional = (listed: Listed): boolean =>
  listed.kind === 'waiting' || (listed.kind === 'order' && listed.algo !== undefined);

/** Every order of an account that reads may show, oldest first. */
function listedOrders({ exchange, account, now }: SignedInput): Listed[] {
  const orders = [...account.orders.values()]
    .filter((order) => order.visibleAt <= now)
    .map((order): Listed => ({ kind: 'order', order, algo: algoOf(account, order.algoId) }))
    .filter((listed) => listed.kind !== 'order' || listed.algo === undefined || listed.algo.visibleAt <= now);
  const waiting = [...account.algos.values()]
    .filter((algo) => algo.actual === undefined && algo.visibleAt <= now)
    .map((algo): Listed => ({ kind: 'waiting', algo }));
  const rejected = exchange.desk.rejected(account).map((one): Listed => ({ kind: 'rejected', rejected: one }));
  return [...orders, ...waiting, ...rejected];
}

const algoOf = (account: Account, id: number | undefined) => (id === undefined ? undefined : account.algos.get(id));

/** The orders a read asks for, newest first. With an id or a link id that order alone, whatever its state. */
function asked(input: SignedInput): Listed[] | Refusal {
  const { exchange, account, params, now } = input;
  const symbol = params.text('symbol');
  if (symbol !== undefined && !exchange.venue.markets.has(symbol)) return refusals.badSymbol();
  const [orderId, linkId] = [params.text('orderId'), params.text('orderLinkId')];
  if (orderId !== undefined || linkId !== undefined) {
    const { order, algo } = named(account, params, undefined);
    const rejected = exchange.desk
      .rejected(account)
      .filter((one) =>
        orderId === undefined
          ? 'clientOrderId' in one.wish.request
            ? one.wish.request.clientOrderId === linkId
            : 'clientAlgoId' in one.wish.request && one.wish.request.clientAlgoId === linkId
          : orderIdText(one.orderId) === orderId,
      )
      .map((one): Listed => ({ kind: 'rejected', rejected: one }));
    const visible = (order ?? algo) !== undefined && (order?.visibleAt ?? 0) <= now && (algo?.visibleAt ?? 0) <= now;
    if (!visible) return rejected;
    if (order !== undefined) return [{ kind: 'order', order, algo }];
    return algo === undefined ? rejected : [{ kind: 'waiting', algo }];
  }
  if (symbol === undefined && params.text('settleCoin') === undefined && params.text('baseCoin') === undefined) {
    return refusals.badParameter('symbol');
  }
  const filter = params.text('orderFilter');
  return listedOrders(input)
    .filter(
      (listed) =>
        (symbol === undefined || symbolOf(listed) === symbol) &&
        (filter === undefined || (filter === 'StopOrder') === isConditional(listed)),
    )
    .sort((one, other) => idOf(other) - idOf(one));
}

function answer(input: SignedInput, listed: readonly Listed[], usual: number): Result {
  const { list, nextPageCursor } = page(listed, input.params, usual, 50);
  const { markets } = input.exchange.venue;
  const views = list.map((one) => orderView(markets.get(symbolOf(one))!, one));
  return { result: { category: 'linear', list: views, nextPageCursor } };
}

/** Open orders, and by their names the last closed ones too. */
function realtime(input: SignedInput): Result | Refusal {
  const byName = input.params.text('orderId') ?? input.params.text('orderLinkId');
  const faulty = readFault(input, byName === undefined ? 'openOrders' : 'lookup', input.params.text('orderLinkId'));
  if (faulty) return faulty;
  const found = asked(input);
  if (found instanceof Refusal) return found;
  if (byName === undefined) return answer(input, found.filter(lives), 20);
  if (input.exchange.venue.switches.closedInRealtime === 'none') return answer(input, found.filter(lives), 20);
  const closed = listedOrders(input)
    .filter((listed) => !lives(listed))
    .sort((one, other) => updatedAt(other) - updatedAt(one));
  const shown = new Set(closed.slice(0, CLOSED_SHOWN).map(idOf));
  return answer(
    input,
    found.filter((listed) => lives(listed) || shown.has(idOf(listed))),
    20,
  );
}

/** Closed orders: those that executed nothing for a day, the others for a week. */
function history(input: SignedInput): Result | Refusal {
  const faulty = readFault(input, 'history', input.params.text('orderLinkId'));
  if (faulty) return faulty;
  const found = asked(input);
  if (found instanceof Refusal) return found;
  const kept = (listed: Listed) =>
    !lives(listed) && input.now - updatedAt(listed) <= (executedSome(listed) ? WEEK_MS : DAY_MS);
  return answer(input, found.filter(kept), 20);
}

/** Executions newest first: trades, forced ones too, and fundings, which are executions here. */
function executions(input: SignedInput): Result | Refusal {
  const { exchange, account, params, now } = input;
  const symbol = params.text('symbol');
  if (symbol !== undefined && !exchange.venue.markets.has(symbol)) return refusals.badSymbol();
  const [start, end] = [params.integer('startTime'), params.integer('endTime')];
  if (start instanceof Refusal) return start;
  if (end instanceof Refusal) return end;
  const to = end ?? (start === undefined ? now : start + WEEK_MS);
  const from = start ?? to - WEEK_MS;
  if (to - from > WEEK_MS) return refusals.badParameter('startTime');
  const faulty = readFault(input, 'trades', params.text('orderLinkId'));
  if (faulty) return faulty;
  const trades = account.trades
    .filter((trade) => (account.orders.get(trade.orderId)?.visibleAt ?? 0) <= now)
    .map((trade) => ({ ...trade, view: executionView(exchange.venue.markets.get(trade.symbol)!, account, trade) }));
  const fundings = account.income
    .filter((income) => income.type === 'FUNDING_FEE')
    .map((income) => ({
      ...income,
      view: {
        category: 'linear',
        symbol: income.symbol,
        execId: orderIdText(income.id),
        orderId: '',
        orderLinkId: '',
        side: income.amount.isNegative() ? 'Buy' : 'Sell',
        execType: 'Funding',
        execPrice: '0',
        execQty: '0',
        orderQty: '0',
        leavesQty: '0',
        // A fee is what was paid.
        execFee: income.amount.negated().toFixed(),
        feeCurrency: 'USDT',
        isMaker: false,
        execTime: String(income.time),
      },
    }));
  const type = params.text('execType');
  const named = (view: object) => (view as { execType: string }).execType;
  const found = [...trades, ...fundings]
    .filter(
      (one) =>
        (symbol === undefined || one.symbol === symbol) &&
        one.time >= from &&
        one.time <= to &&
        (type === undefined || named(one.view) === type),
    )
    .sort((one, other) => other.time - one.time || other.id - one.id);
  const { list, nextPageCursor } = page(found, params, 50);
  return { result: { category: 'linear', list: list.map(({ view }) => view), nextPageCursor } };
}

const read = (name: string) => ({ signed: true, bucket: { name, perSecond: 50 } }) as const;

export const readRoutes: readonly (readonly [string, Route])[] = [
  ['GET /v5/order/realtime', { kind: 'openOrders', ...read('realtime'), run: realtime }],
  ['GET /v5/order/history', { kind: 'history', ...read('history'), run: history }],
  ['GET /v5/execution/list', { kind: 'trades', ...read('executions'), run: executions }],
];

import { endAlgo, endOrder } from '../../../matching/book.ts';
import { cancelOrder, findOrder } from '../../../matching/cancel-order.ts';
import { isOpen, type Order } from '../../../matching/order.ts';
import { placeOrder } from '../../../matching/place-order.ts';
import { countCall } from '../../../matching/record.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Market } from '../../../matching/venue.ts';
import type { FaultRule } from '../../../serving/faults.ts';
import { firstRefusal, Parameters } from '../../binance/parameters.ts';
import { refusals } from '../refusals.ts';
import { readOrderName, readOrderRequest } from './order-request.ts';
import { ackView, orderView } from './order-view.ts';
import { bySymbol, type Route, type SignedInput } from './route.ts';

/** The refusal a fault rule asks for; by default the one most often met in tests. */
export const faultRefusal = (rule: FaultRule): Refusal =>
  new Refusal(
    rule.code ?? -2019,
    rule.msg ?? (rule.code === undefined ? 'Margin is insufficient.' : 'Refused.'),
    rule.status ?? 400,
  );

export function marketOf(input: { venue: SignedInput['venue'] }, symbol: string): Market | Refusal {
  return input.venue.markets.get(symbol) ?? refusals.badSymbol();
}

/** The market a mandatory `symbol` parameter names. */
export function mandatoryMarket(input: Pick<SignedInput, 'venue' | 'params'>): Market | Refusal {
  const symbol = input.params.mandatory('symbol');
  return symbol instanceof Refusal ? symbol : marketOf(input, symbol);
}

/**
 * One order of a single or a batch request. A fault is taken only once the request is well formed: what never was an
 * order must not use up a rule meant for one.
 */
function placeOne(input: SignedInput, params: Parameters): object | Refusal {
  const request = readOrderRequest(params);
  if (request instanceof Refusal) return request;
  const market = marketOf(input, request.symbol);
  if (market instanceof Refusal) return market;
  const subject = { symbol: request.symbol, clientId: request.clientOrderId, type: request.type };
  const fault = input.faults.active ? input.faults.takeForOrder(input.account.name, 'place', subject) : undefined;
  if (fault?.do === 'refuse') return faultRefusal(fault);
  const order = placeOrder(input.venue, input.account, request, input.now);
  if (order instanceof Refusal) return order;
  if (fault?.do === 'late-visibility') order.visibleAt = input.now + (fault.ms ?? 1_000);
  const respType = params.text('newOrderRespType') === 'RESULT' ? 'RESULT' : 'ACK';
  return ackView(market, order, respType, input.venue.switches.ackFillFields);
}

/** Cancels answer with the final report: executed quantity included, since a cancel can meet a partly filled order. */
function cancelOne(input: SignedInput, market: Market, id: number | undefined, clientId: string | undefined) {
  const { symbol } = market.spec;
  const fault = input.faults.active
    ? input.faults.takeForOrder(input.account.name, 'cancel', { symbol, clientId, type: undefined })
    : undefined;
  if (fault?.do === 'refuse') return faultRefusal(fault);
  const order = cancelOrder(input.venue, input.account, symbol, { id, clientId }, input.now);
  return order instanceof Refusal ? order : ackView(market, order, 'RESULT', input.venue.switches.ackFillFields);
}

/** A batch is a 200 whatever became of its orders; each is counted by itself, as the record is about orders. */
const element = (input: SignedInput, kind: 'place' | 'cancel', answer: object | Refusal): object => {
  const refused = answer instanceof Refusal;
  countCall(input.venue.record, input.account.name, kind, refused ? answer.code : undefined);
  return refused ? { code: answer.code, msg: answer.msg } : answer;
};

function placeBatch(input: SignedInput): object | Refusal {
  const text = input.params.mandatory('batchOrders');
  if (text instanceof Refusal) return text;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return refusals.badParameter('batchOrders');
  }
  if (!Array.isArray(list)) return refusals.badParameter('batchOrders');
  if (list.length === 0 || list.length > 5) return refusals.badBatchSize();
  return list.map((item) => {
    const params = Parameters.fromJson(item);
    return element(input, 'place', params instanceof Refusal ? params : placeOne(input, params));
  });
}

function cancelBatch(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  const ids = input.params.list('orderIdList', 'orderidlist');
  const clientIds = input.params.list('origClientOrderIdList', 'origclientorderidlist');
  const refused = firstRefusal(market, ids, clientIds);
  if (refused) return refused;
  const names = ((ids ?? clientIds ?? []) as (string | number)[]).map(String);
  if (names.length === 0) return refusals.eitherOf('orderIdList', 'origClientOrderIdList');
  if (names.length > 10) return refusals.tooManyCancels();
  // The venue takes one list or the other; with both, ids win, as they do for a single order.
  const byId = ids !== undefined;
  return names.map((name) =>
    element(
      input,
      'cancel',
      cancelOne(input, market as Market, byId ? Number(name) : undefined, byId ? undefined : name),
    ),
  );
}

/** Reads lag behind the matching engine; how long is up to the `late-visibility` fault. */
const visible = (order: Order, now: number): boolean => order.visibleAt <= now;

/** Refuses a read when a fault is aimed at it. */
export function readFault(input: SignedInput, kind: Route['kind'], clientId?: string): Refusal | undefined {
  if (!input.faults.active) return undefined;
  const symbol = input.params.text('symbol');
  const fault = input.faults.takeForOrder(input.account.name, kind, { symbol, clientId, type: undefined });
  return fault?.do === 'refuse' ? faultRefusal(fault) : undefined;
}

/** GET order, and GET openOrder, which knows only what is still open. */
function lookup(input: SignedInput, onlyOpen: boolean): object | Refusal {
  const market = mandatoryMarket(input);
  if (market instanceof Refusal) return market;
  const name = readOrderName(input.params, 'orderId', 'origClientOrderId');
  if (name instanceof Refusal) return name;
  const faulty = readFault(input, 'lookup', name.clientId);
  if (faulty) return faulty;
  const order = findOrder(input.account, market.spec.symbol, name);
  if (order === undefined || !visible(order, input.now) || (onlyOpen && !isOpen(order))) return refusals.noSuchOrder();
  return orderView(market, order);
}

function openOrders(input: SignedInput): object | Refusal {
  const symbol = input.params.text('symbol');
  if (symbol !== undefined && !input.venue.markets.has(symbol)) return refusals.badSymbol();
  const faulty = readFault(input, 'openOrders');
  if (faulty) return faulty;
  const views: object[] = [];
  for (const [name, orders] of input.account.open) {
    const market = input.venue.markets.get(name);
    if (market === undefined || (symbol !== undefined && symbol !== name)) continue;
    for (const order of orders.values()) if (visible(order, input.now)) views.push(orderView(market, order));
  }
  return views;
}

/** History by symbol: from an id or a time forwards, else the most recent ones, oldest first. */
function allOrders(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  const orderId = input.params.integer('orderId');
  const startTime = input.params.integer('startTime');
  const endTime = input.params.integer('endTime');
  const limit = input.params.integer('limit');
  const refused = firstRefusal(market, orderId, startTime, endTime, limit);
  if (refused) return refused;
  const found = [...input.account.orders.values()].filter(
    (order) =>
      order.symbol === (market as Market).spec.symbol &&
      visible(order, input.now) &&
      (orderId === undefined || order.orderId >= (orderId as number)) &&
      (startTime === undefined || order.time >= (startTime as number)) &&
      (endTime === undefined || order.time <= (endTime as number)),
  );
  const count = Math.min((limit as number | undefined) ?? 500, 1_000);
  const page = orderId === undefined && startTime === undefined ? found.slice(-count) : found.slice(0, count);
  return page.map((order) => orderView(market as Market, order));
}

function cancelAll(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  if (market instanceof Refusal) return market;
  for (const order of [...(input.account.open.get(market.spec.symbol)?.values() ?? [])]) {
    endOrder(input.venue, input.account, order, 'CANCELED', input.now);
  }
  return { code: 200, msg: 'The operation of cancel all open order is done.' };
}

/** Cancel-all of the algo service. Like its sibling it answers a sentence, not what it cancelled. */
export function cancelAllAlgos(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  if (market instanceof Refusal) return market;
  for (const algo of [...(input.account.openAlgos.get(market.spec.symbol)?.values() ?? [])]) {
    endAlgo(input.venue, input.account, algo, 'CANCELED', input.now);
  }
  return { code: 200, msg: 'The operation of cancel all open order is done.' };
}

function cancelSingle(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  if (market instanceof Refusal) return market;
  const name = readOrderName(input.params, 'orderId', 'origClientOrderId');
  return name instanceof Refusal ? name : cancelOne(input, market, name.id, name.clientId);
}

const single = { tenSeconds: 1, minute: 1 };

export const orderRoutes: readonly (readonly [string, Route])[] = [
  [
    'POST /fapi/v1/order',
    {
      kind: 'place',
      signed: true,
      engine: true,
      weight: 0,
      orderCost: single,
      run: (input) => placeOne(input, input.params),
    },
  ],
  ['DELETE /fapi/v1/order', { kind: 'cancel', signed: true, engine: true, weight: 1, run: cancelSingle }],
  [
    'GET /fapi/v1/order',
    { kind: 'lookup', signed: true, engine: false, weight: 1, run: (input) => lookup(input, false) },
  ],
  [
    'GET /fapi/v1/openOrder',
    { kind: 'lookup', signed: true, engine: false, weight: 1, run: (input) => lookup(input, true) },
  ],
  // A batch costs 5 of the 10 s count but 1 of the minute's, whatever it holds.
  [
    'POST /fapi/v1/batchOrders',
    {
      kind: 'place',
      signed: true,
      engine: true,
      weight: 5,
      orderCost: { tenSeconds: 5, minute: 1 },
      countsItself: true,
      run: placeBatch,
    },
  ],
  [
    'DELETE /fapi/v1/batchOrders',
    { kind: 'cancel', signed: true, engine: true, weight: 1, countsItself: true, run: cancelBatch },
  ],
  [
    'GET /fapi/v1/openOrders',
    { kind: 'openOrders', signed: true, engine: false, weight: bySymbol(1, 40), run: openOrders },
  ],
  ['GET /fapi/v1/allOrders', { kind: 'history', signed: true, engine: false, weight: 5, run: allOrders }],
  ['DELETE /fapi/v1/allOpenOrders', { kind: 'cancelAll', signed: true, engine: true, weight: 1, run: cancelAll }],
];

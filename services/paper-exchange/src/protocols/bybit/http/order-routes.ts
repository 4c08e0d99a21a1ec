import { endAlgo, endOrder } from '../../../matching/book.ts';
import { findAlgo, findOrder } from '../../../matching/cancel-order.ts';
import type { AlgoOrder, Order } from '../../../matching/order.ts';
import { isOpen } from '../../../matching/order.ts';
import { countCall } from '../../../matching/record.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Account } from '../../../matching/venue.ts';
import type { FaultRule } from '../../../serving/faults.ts';
import { linkIdOf } from '../order-desk.ts';
import { orderIdNumber, orderIdText } from '../order-id.ts';
import { refusals } from '../refusals.ts';
import { readOrder } from './order-request.ts';
import type { Parameters } from './parameters.ts';
import type { Bucket, Result, Route, SignedInput } from './route.ts';

/** The refusal a fault rule asks for; by default the one most often met in tests. */
export function faultRefusal(fault: FaultRule): Refusal {
  const usual = refusals.insufficientBalance();
  return new Refusal(fault.code ?? usual.code, fault.msg ?? (fault.code === undefined ? usual.msg : 'Refused.'), 200);
}

function placeOne(input: SignedInput, params: Parameters): object | Refusal {
  const { exchange, account } = input;
  const wish = readOrder(params);
  if (wish instanceof Refusal) return wish;
  const { symbol, type } = wish.request;
  if (!exchange.venue.markets.has(symbol)) return refusals.badSymbol();
  const subject = { symbol, clientId: linkIdOf(wish), type };
  const fault = exchange.faults.active ? exchange.faults.takeForOrder(account.name, 'place', subject) : undefined;
  if (fault?.do === 'refuse') return faultRefusal(fault);
  const acknowledged = exchange.desk.acknowledge(account, wish, fault);
  if (acknowledged instanceof Refusal) return acknowledged;
  return { orderId: orderIdText(acknowledged), orderLinkId: linkIdOf(wish) ?? '' };
}

/** An order under the name a request gives it: the venue's id goes before the client's. */
export function named(
  account: Account,
  params: Parameters,
  symbol: string | undefined,
): { order: Order | undefined; algo: AlgoOrder | undefined } {
  const idText = params.text('orderId');
  const id = idText === undefined ? undefined : (orderIdNumber(idText) ?? -1);
  const name = { id, clientId: params.text('orderLinkId') };
  const algo = findAlgo(account, name);
  const market = symbol ?? account.ordersByClientId.get(name.clientId ?? '')?.at(-1)?.symbol;
  const ownSymbol = market ?? (id === undefined ? undefined : account.orders.get(id)?.symbol);
  const order = algo?.actual ?? (ownSymbol === undefined ? undefined : findOrder(account, ownSymbol, name));
  return { order, algo };
}

/** Acknowledged like a placement; what meets an order that has just ended is refused at once. */
function cancelOne(input: SignedInput, params: Parameters): object | Refusal {
  const { exchange, account, now } = input;
  const { venue } = exchange;
  const symbol = params.text('symbol');
  if (symbol === undefined || !venue.markets.has(symbol)) return refusals.badSymbol();
  const subject = { symbol, clientId: params.text('orderLinkId'), type: undefined };
  const fault = exchange.faults.active ? exchange.faults.takeForOrder(account.name, 'cancel', subject) : undefined;
  if (fault?.do === 'refuse') return faultRefusal(fault);
  const { order, algo } = named(account, params, symbol);
  const found = order ?? algo;
  if (found === undefined || found.visibleAt > now) return refusals.noSuchOrder();
  const open = order === undefined ? algo?.status === 'NEW' : isOpen(order);
  if (!open) return refusals.noSuchOrder();
  exchange.desk.later(undefined, () => {
    if (order !== undefined && isOpen(order)) endOrder(venue, account, order, 'CANCELED', exchange.now());
    else if (algo?.status === 'NEW') endAlgo(venue, account, algo, 'CANCELED', exchange.now());
  });
  const orderId = orderIdText(algo?.algoId ?? order?.orderId ?? 0);
  return { orderId, orderLinkId: algo?.clientAlgoId ?? order?.clientOrderId ?? '' };
}

/** A batch is answered as accepted whatever became of its elements, which `retExtInfo` tells one by one. */
function batch(
  input: SignedInput,
  kind: 'place' | 'cancel',
  longest: number,
  one: (input: SignedInput, params: Parameters) => object | Refusal,
): Result | Refusal {
  const elements = input.params.list('request');
  if (elements === undefined || elements.length === 0 || elements.length > longest)
    return refusals.badParameter('request');
  const answers = elements.map((params, index) => {
    const answer = index < input.granted ? one(input, params) : refusals.tooManyVisits();
    const refused = answer instanceof Refusal ? answer : undefined;
    countCall(input.exchange.venue.record, input.account.name, kind, refused?.code);
    const shared = { category: 'linear', symbol: params.text('symbol') ?? '' };
    const entry = refused
      ? { ...shared, orderId: '', orderLinkId: params.text('orderLinkId') ?? '', createAt: '' }
      : { ...shared, ...answer, createAt: String(input.now) };
    return { entry, info: { code: refused?.code ?? 0, msg: refused?.msg ?? 'OK' } };
  });
  return {
    result: { list: answers.map(({ entry }) => entry) },
    retExtInfo: { list: answers.map(({ info }) => info) },
  };
}

const single =
  (one: (input: SignedInput, params: Parameters) => object | Refusal) =>
  (input: SignedInput): Result | Refusal => {
    const answer = one(input, input.params);
    return answer instanceof Refusal ? answer : { result: answer };
  };

function cancelAll({ exchange, account, params, now }: SignedInput): Result | Refusal {
  const symbol = params.text('symbol');
  const ended: object[] = [];
  for (const orders of account.open.values()) {
    for (const order of [...orders.values()].filter((one) => symbol === undefined || one.symbol === symbol)) {
      ended.push({ orderId: orderIdText(order.algoId ?? order.orderId), orderLinkId: order.clientOrderId });
      endOrder(exchange.venue, account, order, 'CANCELED', now);
    }
  }
  for (const algos of account.openAlgos.values()) {
    for (const algo of [...algos.values()].filter((one) => symbol === undefined || one.symbol === symbol)) {
      ended.push({ orderId: orderIdText(algo.algoId), orderLinkId: algo.clientAlgoId });
      endAlgo(exchange.venue, account, algo, 'CANCELED', now);
    }
  }
  return { result: { list: ended, success: '1' } };
}

/** The rate limit page says 10 orders in a batch, the page of the batch 20; the larger one is taken here. */
const LONGEST_BATCH = 20;
const perSecond = (name: string): Bucket => ({ name, perSecond: 10 });

export const orderRoutes: readonly (readonly [string, Route])[] = [
  ['POST /v5/order/create', { kind: 'place', signed: true, bucket: perSecond('create'), run: single(placeOne) }],
  [
    'POST /v5/order/create-batch',
    {
      kind: 'place',
      signed: true,
      bucket: perSecond('create-batch'),
      batch: { longest: LONGEST_BATCH },
      run: (input) => batch(input, 'place', LONGEST_BATCH, placeOne),
    },
  ],
  ['POST /v5/order/cancel', { kind: 'cancel', signed: true, bucket: perSecond('cancel'), run: single(cancelOne) }],
  [
    'POST /v5/order/cancel-batch',
    {
      kind: 'cancel',
      signed: true,
      bucket: perSecond('cancel-batch'),
      batch: { longest: LONGEST_BATCH },
      run: (input) => batch(input, 'cancel', LONGEST_BATCH, cancelOne),
    },
  ],
  ['POST /v5/order/cancel-all', { kind: 'cancelAll', signed: true, bucket: perSecond('cancel-all'), run: cancelAll }],
];

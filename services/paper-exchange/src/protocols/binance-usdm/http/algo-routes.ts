import { placeAlgo } from '../../../matching/algo-order.ts';
import { cancelAlgo, findAlgo } from '../../../matching/cancel-order.ts';
import type { AlgoOrder } from '../../../matching/order.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Market } from '../../../matching/venue.ts';
import { firstRefusal } from '../../binance/parameters.ts';
import { refusals } from '../refusals.ts';
import { readAlgoRequest, readOrderName } from './order-request.ts';
import { cancelAllAlgos, faultRefusal, mandatoryMarket, marketOf, readFault } from './order-routes.ts';
import { algoView } from './order-view.ts';
import { bySymbol, type Route, type SignedInput } from './route.ts';

// The Algo Service: conditional orders, on endpoints and with ids of their own since 2025-12-09.

function place(input: SignedInput): object | Refusal {
  const request = readAlgoRequest(input.params);
  if (request instanceof Refusal) return request;
  const market = marketOf(input, request.symbol);
  if (market instanceof Refusal) return market;
  const subject = { symbol: request.symbol, clientId: request.clientAlgoId, type: request.type };
  const fault = input.faults.active ? input.faults.takeForOrder(input.account.name, 'place', subject) : undefined;
  if (fault?.do === 'refuse') return faultRefusal(fault);
  const algo = placeAlgo(input.venue, input.account, request, input.now);
  if (algo instanceof Refusal) return algo;
  if (fault?.do === 'late-visibility') algo.visibleAt = input.now + (fault.ms ?? 1_000);
  return algoView(market, algo);
}

function cancel(input: SignedInput): object | Refusal {
  const name = readOrderName(input.params, 'algoId', 'clientAlgoId');
  if (name instanceof Refusal) return name;
  const subject = { symbol: findAlgo(input.account, name)?.symbol, clientId: name.clientId, type: undefined };
  const fault = input.faults.active ? input.faults.takeForOrder(input.account.name, 'cancel', subject) : undefined;
  if (fault?.do === 'refuse') return faultRefusal(fault);
  const algo = cancelAlgo(input.venue, input.account, name, input.now);
  if (algo instanceof Refusal) return algo;
  return { algoId: algo.algoId, clientAlgoId: algo.clientAlgoId, code: '200', msg: 'success' };
}

function view(input: SignedInput, algo: AlgoOrder): object[] {
  const market = input.venue.markets.get(algo.symbol);
  return market === undefined || algo.visibleAt > input.now ? [] : [algoView(market, algo)];
}

function lookup(input: SignedInput): object | Refusal {
  const name = readOrderName(input.params, 'algoId', 'clientAlgoId');
  if (name instanceof Refusal) return name;
  const faulty = readFault(input, 'lookup', name.clientId);
  if (faulty) return faulty;
  const algo = findAlgo(input.account, name);
  return (algo === undefined ? undefined : view(input, algo)[0]) ?? refusals.noSuchOrder();
}

function open(input: SignedInput): object | Refusal {
  const symbol = input.params.text('symbol');
  if (symbol !== undefined && !input.venue.markets.has(symbol)) return refusals.badSymbol();
  const faulty = readFault(input, 'openOrders');
  if (faulty) return faulty;
  const algos = [...input.account.openAlgos].flatMap(([name, waiting]) =>
    symbol === undefined || symbol === name ? [...waiting.values()] : [],
  );
  return algos.flatMap((algo) => view(input, algo));
}

function all(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  const algoId = input.params.integer('algoId');
  const startTime = input.params.integer('startTime');
  const endTime = input.params.integer('endTime');
  const limit = input.params.integer('limit');
  const refused = firstRefusal(market, algoId, startTime, endTime, limit);
  if (refused) return refused;
  const found = [...input.account.algos.values()].filter(
    (algo) =>
      algo.symbol === (market as Market).spec.symbol &&
      (algoId === undefined || algo.algoId >= (algoId as number)) &&
      (startTime === undefined || algo.createTime >= (startTime as number)) &&
      (endTime === undefined || algo.createTime <= (endTime as number)),
  );
  const count = Math.min((limit as number | undefined) ?? 500, 1_000);
  return found.slice(-count).flatMap((algo) => view(input, algo));
}

export const algoRoutes: readonly (readonly [string, Route])[] = [
  // From 2026-06-20 a conditional order costs one order in both windows.
  [
    'POST /fapi/v1/algoOrder',
    { kind: 'place', signed: true, engine: true, weight: 0, orderCost: { tenSeconds: 1, minute: 1 }, run: place },
  ],
  ['DELETE /fapi/v1/algoOrder', { kind: 'cancel', signed: true, engine: true, weight: 1, run: cancel }],
  ['GET /fapi/v1/algoOrder', { kind: 'lookup', signed: true, engine: false, weight: 1, run: lookup }],
  [
    'GET /fapi/v1/openAlgoOrders',
    { kind: 'openOrders', signed: true, engine: false, weight: bySymbol(1, 40), run: open },
  ],
  ['GET /fapi/v1/allAlgoOrders', { kind: 'history', signed: true, engine: false, weight: 5, run: all }],
  ['DELETE /fapi/v1/algoOpenOrders', { kind: 'cancelAll', signed: true, engine: true, weight: 1, run: cancelAllAlgos }],
];

import { placeAlgo } from '../../../matching/algo-order.ts';
import { endAlgo, endOrder } from '../../../matching/book.ts';
import type { OrderName } from '../../../matching/cancel-order.ts';
import type { AlgoRequest } from '../../../matching/order.ts';
import { placeOrder } from '../../../matching/place-order.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Market } from '../../../matching/venue.ts';
import type { CallKind, FaultRule } from '../../../serving/faults.ts';
import { refusals } from '../refusals.ts';
import { type Found, findNamed, isLive, isVisible, openOf } from './named-order.ts';
import { readName, readPlacement } from './order-request.ts';
import { cancelledView, orderView, placedView, shownOrder, shownStop } from './order-view.ts';
import { bySymbol, type Route, type SignedInput } from './route.ts';

/** The refusal a fault rule asks for; by default the one most often met in tests. */
const faultRefusal = ({ code, msg, status }: FaultRule): Refusal => {
  const usual = refusals.insufficientBalance();
  return new Refusal(code ?? usual.code, msg ?? (code === undefined ? usual.msg : 'Refused.'), status ?? 400);
};

/** A fault is taken only once the request is well formed: what never was an order must not use up a rule meant for one. */
function orderFault(
  { exchange, account, params }: SignedInput,
  kind: CallKind,
  clientId: string | undefined,
): FaultRule | undefined {
  if (!exchange.faults.active) return undefined;
  const subject = { symbol: params.text('symbol'), clientId, type: params.text('type') };
  return exchange.faults.takeForOrder(account.name, kind, subject);
}

/** Refuses a read when a fault is aimed at it. */
export function readFault(input: SignedInput, kind: CallKind, clientId?: string): Refusal | undefined {
  const fault = orderFault(input, kind, clientId);
  return fault?.do === 'refuse' ? faultRefusal(fault) : undefined;
}

/** The market a mandatory `symbol` parameter names. */
export function mandatoryMarket({ exchange, params }: Pick<SignedInput, 'exchange' | 'params'>): Market | Refusal {
  const symbol = params.mandatory('symbol');
  return symbol instanceof Refusal ? symbol : (exchange.venue.markets.get(symbol) ?? refusals.badSymbol());
}

const shown = (input: SignedInput, { order, stop }: Found) =>
  order ? shownOrder(order, input.account) : shownStop(stop!);

function place(input: SignedInput): object | Refusal {
  const { exchange, account, params, now } = input;
  const placement = readPlacement(params);
  if (placement instanceof Refusal) return placement;
  const limited = exchange.unfilled.check(account, exchange.limits, now);
  if (limited) return limited;
  const fault = orderFault(input, 'place', params.text('newClientOrderId'));
  if (fault?.do === 'refuse') return faultRefusal(fault);
  const placed =
    placement.kind === 'order'
      ? placeOrder(exchange.venue, account, placement.request, now)
      : placeStop(input, placement.request);
  if (placed instanceof Refusal) return placed;
  exchange.unfilled.accepted(account, now);
  if (fault?.do === 'late-visibility') placed.visibleAt = now + (fault.ms ?? 1_000);
  const found: Found = 'orderId' in placed ? { order: placed } : { stop: placed };
  return placedView(shown(input, found), params.text('newOrderRespType') ?? 'FULL');
}

/** A stop keeps back what it would spend from the moment it waits, so it is judged by what is free now. */
function placeStop({ exchange: { venue }, account, now }: SignedInput, request: AlgoRequest) {
  const market = venue.markets.get(request.symbol);
  if (market !== undefined && venue.switches.marginCheck && !venue.rules.checkConditional(market, request)) {
    const asked = { ...request, price: request.price ?? request.triggerPrice };
    if (!venue.settlement.suffices(venue, account, asked)) return refusals.insufficientBalance();
  }
  return placeAlgo(venue, account, request, now);
}

function cancel(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  if (market instanceof Refusal) return market;
  const name = readName(input.params);
  if (name instanceof Refusal) return name;
  const fault = orderFault(input, 'cancel', name.clientId);
  if (fault?.do === 'refuse') return faultRefusal(fault);
  const found = findLive(input, market.spec.symbol, name);
  return found === undefined ? refusals.unknownOrder() : endOne(input, found);
}

function endOne(input: SignedInput, found: Found): object {
  const { venue } = input.exchange;
  if (found.order) endOrder(venue, input.account, found.order, 'CANCELED', input.now);
  else endAlgo(venue, input.account, found.stop, 'CANCELED', input.now);
  const view = shown(input, found);
  return cancelledView(view, input.params.text('newClientOrderId') ?? `cancel${view.orderId}`);
}

/** The open order of a name, where the newest of that name has ended as well. */
function findLive({ account }: SignedInput, symbol: string, name: OrderName): Found | undefined {
  const found = findNamed(account, symbol, name);
  return found !== undefined && isLive(found) ? found : undefined;
}

function cancelAll(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  if (market instanceof Refusal) return market;
  const open = openOf(input.account, market.spec.symbol);
  return open.length === 0 ? refusals.unknownOrder() : open.map((found) => endOne(input, found));
}

function lookup(input: SignedInput): object | Refusal {
  const market = mandatoryMarket(input);
  if (market instanceof Refusal) return market;
  const name = readName(input.params);
  if (name instanceof Refusal) return name;
  const faulty = readFault(input, 'lookup', name.clientId);
  if (faulty) return faulty;
  const found = findNamed(input.account, market.spec.symbol, name);
  if (found === undefined || !isVisible(found, input.now)) return refusals.noSuchOrder();
  return orderView(shown(input, found));
}

function openOrders(input: SignedInput): object | Refusal {
  const symbol = input.params.text('symbol');
  if (symbol !== undefined && !input.exchange.venue.markets.has(symbol)) return refusals.badSymbol();
  const faulty = readFault(input, 'openOrders');
  if (faulty) return faulty;
  return openOf(input.account, symbol)
    .filter((found) => isVisible(found, input.now))
    .map((found) => orderView(shown(input, found)));
}

export const orderRoutes: readonly (readonly [string, Route])[] = [
  ['POST /api/v3/order', { kind: 'place', signed: true, engine: true, weight: 1, run: place }],
  ['DELETE /api/v3/order', { kind: 'cancel', signed: true, engine: true, weight: 1, run: cancel }],
  ['DELETE /api/v3/openOrders', { kind: 'cancelAll', signed: true, engine: true, weight: 1, run: cancelAll }],
  ['GET /api/v3/order', { kind: 'lookup', signed: true, engine: false, weight: 4, run: lookup }],
  [
    'GET /api/v3/openOrders',
    { kind: 'openOrders', signed: true, engine: false, weight: bySymbol(6, 80), run: openOrders },
  ],
];

import type { Decimal } from 'decimal.js';
import { leverageOf } from '../../../matching/margin.ts';
import type { Order } from '../../../matching/order.ts';
import { type Account, type Market, markPrice, type Position, type Venue } from '../../../matching/venue.ts';
import type { VenueEvent } from '../../../matching/venue-event.ts';
import { averagePrice, price, quantity } from '../http/order-view.ts';
import type { UsdmSwitches } from '../switches.ts';

// The venue's events of the user data stream, field by field. `E` is when the event was made, `T` when it happened.

/** Names a client can choose events by on a private stream. */
export const userEventNames = [
  'ORDER_TRADE_UPDATE',
  'TRADE_LITE',
  'ACCOUNT_UPDATE',
  'ACCOUNT_CONFIG_UPDATE',
  'ALGO_UPDATE',
  'listenKeyExpired',
] as const;
export type UserEventName = (typeof userEventNames)[number];

export interface UserEvent {
  readonly name: UserEventName;
  readonly payload: object;
}

/** Streams write zero without decimals. */
const orZero = (value: Decimal | undefined, text: string): string => (value?.isZero() === false ? text : '0');

const usdt = (value: Decimal): string => value.toFixed(8);

/** Quote value of what rests on one side of the symbol. */
const restingNotional = (account: Account, symbol: string, side: 'BUY' | 'SELL'): string => {
  const value = account.resting.get(symbol)?.[side];
  return orZero(value, value?.toFixed() ?? '0');
};

/** Commission and its asset; without a fill both say zero, or nothing, as the switch has it. */
function commissionOf(event: Extract<VenueEvent, { type: 'order' }>, zero: UsdmSwitches['zeroCommission']): object {
  if (event.trade !== undefined) return { n: usdt(event.trade.commission), N: 'USDT' };
  return zero === 'sent' ? { n: '0', N: 'USDT' } : {};
}

function orderTradeUpdate(
  event: Extract<VenueEvent, { type: 'order' }>,
  market: Market,
  zeroCommission: UsdmSwitches['zeroCommission'],
  now: number,
): object {
  const { account, order, trade } = event;
  const algo = order.algoId === undefined ? undefined : account.algos.get(order.algoId);
  return {
    e: 'ORDER_TRADE_UPDATE',
    T: event.at,
    E: now,
    o: {
      s: order.symbol,
      c: order.clientOrderId,
      S: order.side,
      o: order.type,
      f: order.timeInForce,
      q: quantity(market, order.quantity),
      p: orZero(order.price, price(market, order.price)),
      ap: orZero(order.executed, averagePrice(market, order)),
      sp: orZero(order.stopPrice, price(market, order.stopPrice)),
      x: event.execution,
      X: order.status,
      i: order.orderId,
      l: trade === undefined ? '0' : quantity(market, trade.quantity),
      z: orZero(order.executed, quantity(market, order.executed)),
      L: trade === undefined ? '0' : price(market, trade.price),
      ...commissionOf(event, zeroCommission),
      T: event.at,
      t: trade?.id ?? 0,
      b: restingNotional(account, order.symbol, 'BUY'),
      a: restingNotional(account, order.symbol, 'SELL'),
      m: trade?.maker ?? false,
      R: order.reduceOnly,
      wt: algo?.workingType ?? 'CONTRACT_PRICE',
      ot: order.origType,
      ps: order.positionSide,
      cp: order.closePosition,
      rp: trade === undefined ? '0' : orZero(trade.realizedPnl, usdt(trade.realizedPnl)),
      pP: false,
      si: 0,
      ss: 0,
      V: 'NONE',
      pm: 'NONE',
      gtd: 0,
      er: String(order.expiryReason),
    },
  };
}

/** The short form of a fill that the venue sends ahead of the full one. */
function tradeLite(event: Extract<VenueEvent, { type: 'order' }>, market: Market, now: number): UserEvent | undefined {
  const { order, trade } = event;
  if (trade === undefined) return undefined;
  const payload = {
    e: 'TRADE_LITE',
    E: now,
    T: event.at,
    s: order.symbol,
    q: quantity(market, order.quantity),
    p: price(market, order.price),
    m: trade.maker,
    c: order.clientOrderId,
    S: order.side,
    L: price(market, trade.price),
    l: quantity(market, trade.quantity),
    t: trade.id,
    i: order.orderId,
  };
  return { name: 'TRADE_LITE', payload };
}

function algoUpdate(event: Extract<VenueEvent, { type: 'algo' }>, market: Market, now: number): object {
  const { algo, status } = event;
  const actual: Order | undefined = algo.actual;
  return {
    e: 'ALGO_UPDATE',
    T: event.at,
    E: now,
    o: {
      caid: algo.clientAlgoId,
      aid: algo.algoId,
      at: 'CONDITIONAL',
      o: algo.type,
      s: algo.symbol,
      S: algo.side,
      ps: algo.positionSide,
      f: algo.timeInForce,
      q: quantity(market, algo.quantity),
      X: status,
      ai: actual === undefined ? '' : String(actual.orderId),
      // Sent only once there is an order in the book.
      ...(actual === undefined
        ? {}
        : { ap: averagePrice(market, actual), aq: quantity(market, actual.executed), act: actual.type }),
      tp: price(market, algo.triggerPrice),
      p: orZero(algo.price, price(market, algo.price)),
      V: 'NONE',
      wt: algo.workingType,
      pm: 'NONE',
      cp: algo.closePosition,
      pP: false,
      R: algo.reduceOnly,
      tt: algo.triggerTime,
      gtd: 0,
      ...(event.reason === '' ? {} : { rm: event.reason }),
      ia: false,
    },
  };
}

function positionChange(account: Account, market: Market, position: Position): object {
  const isolated = account.isolated.has(position.symbol);
  const unrealized = markPrice(market).minus(position.entryPrice).times(position.amount);
  const entry = orZero(position.entryPrice, position.entryPrice.toFixed(market.spec.pricePrecision + 3));
  return {
    s: position.symbol,
    pa: orZero(position.amount, quantity(market, position.amount)),
    ep: entry,
    bep: entry,
    cr: orZero(position.realized, usdt(position.realized)),
    up: orZero(unrealized, usdt(unrealized)),
    mt: isolated ? 'isolated' : 'cross',
    iw: isolated ? usdt(position.amount.abs().times(position.entryPrice)) : '0',
    ps: position.positionSide,
    ma: 'USDT',
  };
}

function accountUpdate(
  event: Extract<VenueEvent, { type: 'balance' }>,
  markets: ReadonlyMap<string, Market>,
  now: number,
): object {
  const { account } = event;
  const positions = event.positions.flatMap((position) => {
    const market = markets.get(position.symbol);
    return market === undefined ? [] : [positionChange(account, market, position)];
  });
  const wallet = usdt(account.wallet);
  const balance = { a: 'USDT', wb: wallet, cw: wallet, bc: orZero(event.change, usdt(event.change)) };
  return {
    e: 'ACCOUNT_UPDATE',
    T: event.at,
    E: now,
    a: { B: [balance], P: positions, m: event.reason },
  };
}

/** What one happening sends, in the order it is sent. */
export function userEvents(
  event: Exclude<VenueEvent, { type: 'price' }>,
  venue: Pick<Venue<UsdmSwitches>, 'markets' | 'switches'>,
  now: number,
): UserEvent[] {
  const { markets } = venue;
  switch (event.type) {
    case 'order': {
      const market = markets.get(event.order.symbol);
      if (market === undefined) return [];
      const full: UserEvent = {
        name: 'ORDER_TRADE_UPDATE',
        payload: orderTradeUpdate(event, market, venue.switches.zeroCommission, now),
      };
      const lite = event.execution === 'TRADE' ? tradeLite(event, market, now) : undefined;
      return lite === undefined ? [full] : [lite, full];
    }
    case 'algo': {
      const market = markets.get(event.algo.symbol);
      return market === undefined ? [] : [{ name: 'ALGO_UPDATE', payload: algoUpdate(event, market, now) }];
    }
    case 'balance':
      return [{ name: 'ACCOUNT_UPDATE', payload: accountUpdate(event, markets, now) }];
    case 'leverage': {
      const ac = { s: event.symbol, l: leverageOf(event.account, event.symbol) };
      return [{ name: 'ACCOUNT_CONFIG_UPDATE', payload: { e: 'ACCOUNT_CONFIG_UPDATE', E: now, T: event.at, ac } }];
    }
  }
}

export const listenKeyExpired = (listenKey: string, now: number): UserEvent => ({
  name: 'listenKeyExpired',
  payload: { e: 'listenKeyExpired', E: now, listenKey },
});

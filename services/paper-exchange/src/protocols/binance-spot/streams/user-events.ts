import { type AlgoOrder, isOpen, type Order, type Trade } from '../../../matching/order.ts';
import type { Account, Venue } from '../../../matching/venue.ts';
import type { VenueEvent } from '../../../matching/venue-event.ts';
import { type Balance, baseBalance, commissionAsset, quoteBalance } from '../assets.ts';
import { money, orderView, shownOrder, shownStop } from '../http/order-view.ts';
import type { SpotSwitches } from '../switches.ts';

export interface UserEvent {
  readonly name: string;
  readonly payload: object;
}

export const userEventNames = ['executionReport', 'outboundAccountPosition', 'eventStreamTerminated'] as const;

/** What the account's stream tells of something that happened; nothing of what this venue does not know. */
export function userEvents(event: VenueEvent, venue: Venue<SpotSwitches>, now: number): UserEvent[] {
  switch (event.type) {
    case 'order': {
      const { account, order, execution, trade } = event;
      const report = orderReport(account, order, execution === 'CALCULATED' ? 'TRADE' : execution, trade, venue, now);
      // A fill tells of the balances by itself.
      return execution === 'TRADE' ? [report] : [report, position(event.account, venue, order.symbol, now)];
    }
    case 'algo': {
      const execution = stopExecution(event.status);
      if (execution === undefined || event.algo.actual !== undefined) return [];
      const { account, algo } = event;
      return [stopReport(algo, execution, venue, now), position(account, venue, algo.symbol, now)];
    }
    case 'balance': {
      const [changed] = event.positions;
      return [position(event.account, venue, changed?.symbol, now)];
    }
    case 'leverage':
    case 'price':
      return [];
  }
}

/** A stop in the matching is told of by the order it becomes, from its trigger on. */
function stopExecution(status: AlgoOrder['status'] | 'TRIGGERING'): 'NEW' | 'CANCELED' | 'EXPIRED' | undefined {
  switch (status) {
    case 'NEW':
    case 'CANCELED':
    case 'EXPIRED':
      return status;
    case 'REJECTED':
      return 'EXPIRED';
    case 'TRIGGERING':
    case 'TRIGGERED':
    case 'FINISHED':
      return undefined;
  }
}

type View = ReturnType<typeof orderView>;

function report(view: View, execution: string, venue: Venue<SpotSwitches>, now: number, last?: object): UserEvent {
  const cancelled = execution === 'CANCELED';
  const own = cancelled && venue.switches.cancelClientId === 'own' ? `cancel${view.orderId}` : view.clientOrderId;
  const payload = {
    e: 'executionReport',
    E: now,
    s: view.symbol,
    c: own,
    S: view.side,
    o: view.type,
    f: view.timeInForce,
    q: view.origQty,
    p: view.price,
    P: view.stopPrice,
    F: view.icebergQty,
    g: view.orderListId,
    C: cancelled ? view.clientOrderId : '',
    x: execution,
    X: view.status,
    r: 'NONE',
    i: view.orderId,
    l: money(undefined),
    z: view.executedQty,
    L: money(undefined),
    n: '0',
    N: null,
    T: view.updateTime,
    t: -1,
    I: view.orderId,
    w: view.isWorking && (view.status === 'NEW' || view.status === 'PARTIALLY_FILLED'),
    m: false,
    M: false,
    O: view.time,
    Z: view.cummulativeQuoteQty,
    Y: money(undefined),
    Q: money(undefined),
    V: 'NONE',
    ...(view.expiryReason === undefined ? {} : { eR: view.expiryReason }),
    ...last,
  };
  return { name: 'executionReport', payload };
}

function orderReport(
  account: Account,
  order: Order,
  execution: string,
  trade: Trade | undefined,
  venue: Venue<SpotSwitches>,
  now: number,
): UserEvent {
  const market = venue.markets.get(order.symbol);
  const last =
    trade === undefined || market === undefined
      ? {}
      : {
          l: money(trade.quantity),
          L: money(trade.price),
          Y: money(trade.quantity.times(trade.price)),
          n: money(trade.commission),
          N: commissionAsset(market, trade.side),
          t: trade.id,
          m: trade.maker,
          w: isOpen(order),
        };
  return report(orderView(shownOrder(order, account)), execution, venue, now, last);
}

function stopReport(algo: AlgoOrder, execution: string, venue: Venue<SpotSwitches>, now: number): UserEvent {
  return report(orderView(shownStop(algo)), execution, venue, now);
}

function position(account: Account, venue: Venue<SpotSwitches>, symbol: string | undefined, now: number): UserEvent {
  const market = symbol === undefined ? undefined : venue.markets.get(symbol);
  const balances = [...(market === undefined ? [] : [baseBalance(account, market)]), quoteBalance(account)];
  const view = ({ asset, free, locked }: Balance) => ({ a: asset, f: money(free), l: money(locked) });
  const payload = { e: 'outboundAccountPosition', E: now, u: now, B: balances.map(view) };
  return { name: 'outboundAccountPosition', payload };
}

import type { AlgoOrder, Order } from '../matching/order.ts';
import type { Account } from '../matching/venue.ts';
import type { PaperExchange } from '../serving/paper-exchange.ts';

type ShownId = PaperExchange['shownId'];

const orderLine = (shownId: ShownId) => (order: Order) => ({
  orderId: shownId(order.orderId),
  clientOrderId: order.clientOrderId,
  symbol: order.symbol,
  side: order.side,
  type: order.origType,
  quantity: order.quantity.toFixed(),
  price: order.price?.toFixed() ?? null,
  reduceOnly: order.reduceOnly,
  status: order.status,
  executedQty: order.executed.toFixed(),
  averagePrice: order.executed.isZero() ? null : order.quote.div(order.executed).toFixed(),
  algoId: order.algoId ?? null,
  time: order.time,
  updateTime: order.updateTime,
  history: order.history,
});

const algoLine = (algo: AlgoOrder) => ({
  algoId: algo.algoId,
  clientAlgoId: algo.clientAlgoId,
  symbol: algo.symbol,
  side: algo.side,
  type: algo.type,
  quantity: algo.quantity.toFixed(),
  price: algo.price?.toFixed() ?? null,
  triggerPrice: algo.triggerPrice.toFixed(),
  reduceOnly: algo.reduceOnly,
  status: algo.status,
  actualOrderId: algo.actual?.orderId ?? null,
  executedQty: algo.actual?.executed.toFixed() ?? '0',
  time: algo.createTime,
  updateTime: algo.updateTime,
  history: algo.history,
});

const mapped = <V, T>(map: ReadonlyMap<string, V> | undefined, view: (value: V) => T): Record<string, T> =>
  Object.fromEntries([...(map ?? [])].map(([key, value]) => [key, view(value)]));

const same = <T>(value: T): T => value;

/**
 * What the venue saw of each account since the record was last cleared: calls by kind and code, the highest counts of
 * open orders ever held, ids accepted more than once and, on request, every accepted order with its history.
 */
export function recordView(exchange: PaperExchange, only: string | undefined, withOrders: boolean): object {
  const { venue } = exchange;
  const { record } = venue;
  const names = [...venue.accounts.keys()].filter((name) => only === undefined || name === only);
  const accounts = names.map((name) => {
    const twice = [...record.acceptedIds]
      .filter(([key, times]) => times > 1 && key.startsWith(`${name} `))
      .map(([key, times]) => ({ clientOrderId: key.slice(name.length + 1), times }));
    const orders = {
      orders: record.orders.filter((order) => order.account === name).map(orderLine(exchange.shownId)),
      algoOrders: record.algos.filter((algo) => algo.account === name).map(algoLine),
    };
    return [
      name,
      {
        calls: mapped(record.calls.get(name), same),
        highestOpen: mapped(record.highest.get(name), same),
        highestConditional: record.highestConditional.get(name) ?? 0,
        acceptedTwice: twice,
        ...(withOrders ? orders : {}),
      },
    ] as const;
  });
  return {
    accounts: Object.fromEntries(accounts),
    public: mapped(record.calls.get('public'), same),
    unknownKeys: mapped(record.calls.get('unknown'), same),
  };
}

/** What is open right now, without a signature. */
export const openView = (exchange: PaperExchange, account: Account, symbol: string | undefined): object => ({
  orders: [...account.open.values()]
    .flatMap((orders) => [...orders.values()])
    .filter((order) => symbol === undefined || order.symbol === symbol)
    .map(orderLine(exchange.shownId)),
  algoOrders: [...account.openAlgos.values()]
    .flatMap((algos) => [...algos.values()])
    .filter((algo) => symbol === undefined || algo.symbol === symbol)
    .map(algoLine),
  positions: [...account.positions.values()]
    .filter((position) => !position.amount.isZero())
    .map((position) => ({
      symbol: position.symbol,
      positionSide: position.positionSide,
      amount: position.amount.toFixed(),
      entryPrice: position.entryPrice.toFixed(),
    })),
  wallet: account.wallet.toFixed(),
});

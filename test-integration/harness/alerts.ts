import type { AlertBody } from './gateway-client.ts';

type Fields = Record<string, unknown>;

/** An alert of LIMIT buys, one per price, each for 10 % of the capital. `fields` change every order. */
export function limits(
  strategy: string,
  symbol: string,
  prices: readonly (number | string)[],
  fields: Fields = {},
): AlertBody {
  return batch(
    strategy,
    prices.map((price) => limit(symbol, price, fields)),
  );
}

export function batch(strategy: string, orders: readonly Fields[]): AlertBody {
  return { group_name: strategy, orders };
}

export function limit(symbol: string, price: number | string, fields: Fields = {}): Fields {
  return { symbol, order_type: 'LIMIT', side: 'buy', price: String(price), qty_per: 10, ...fields };
}

export function market(symbol: string, fields: Fields = {}): Fields {
  return { symbol, order_type: 'MARKET', side: 'buy', qty_per: 10, ...fields };
}

export function stopMarket(symbol: string, stopPrice: number | string, fields: Fields = {}): Fields {
  return { symbol, order_type: 'STOP_MARKET', side: 'buy', stop_price: String(stopPrice), qty_per: 10, ...fields };
}

export function stopLimit(
  symbol: string,
  stopPrice: number | string,
  price: number | string,
  fields: Fields = {},
): Fields {
  const prices = { stop_price: String(stopPrice), price: String(price) };
  return { symbol, order_type: 'STOP_LIMIT', side: 'buy', ...prices, qty_per: 10, ...fields };
}

export function cancel(fields: Fields): Fields {
  return { order_type: 'CANCEL', ...fields };
}

export function cancelAll(symbol: string, fields: Fields = {}): Fields {
  return { order_type: 'CANCEL_ALL_ORDER', symbol, ...fields };
}

/** `count` prices from `from` on, `step` apart; the first is the best for a buy when the step is negative. */
export function ladder(from: number, count: number, step: number): number[] {
  return Array.from({ length: count }, (_, place) => Number((from + place * step).toFixed(8)));
}

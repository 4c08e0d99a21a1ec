import { type AlertOrder, Decimal, type DecimalString, type FailureType, type MarketType } from '@sluice/contracts';
import { type PriceGrid, toTick } from './price-tick.ts';

/** The facts of a market that sizing needs; a `MarketFacts` of the exchange package is one. */
export type MarketRules = PriceGrid & {
  symbol: string;
  status: 'trading' | 'cancel_only' | 'closed';
  amountStep: DecimalString;
  minAmount: DecimalString | null;
  maxAmount: DecimalString | null;
  marketAmountStep: DecimalString | null;
  marketMaxAmount: DecimalString | null;
  minNotional: DecimalString | null;
  contractSize: DecimalString;
};

export type SizeInput = {
  order: AlertOrder;
  marketType: MarketType;
  /** Order types the exchange has nothing of. */
  lacks: readonly AlertOrder['type'][];
  /** Capital allotted to the strategy on this account, in the settlement currency; see {@link allottedCapital}. */
  capital: Decimal | null;
  leverage: Decimal;
  /** `unknown_symbol`: the exchange does not have it. `not_loaded`: nothing is known of this exchange yet. */
  market: MarketRules | 'unknown_symbol' | 'not_loaded';
  /** Last price with its time in ms; needed for MARKET only. */
  lastPrice: { price: Decimal; at: number } | null;
  /** The strategy's position on this account and symbol, in the units of a quantity; negative when short. */
  position: Decimal;
  /** ms since the epoch */
  now: number;
  /** A price older than this sizes no MARKET order, in ms. */
  priceMaxAgeMs: number;
};

export type Sized =
  | { kind: 'sized'; quantity: Decimal; price: Decimal | null; stopPrice: Decimal | null }
  | { kind: 'refused'; failureType: FailureType; reason: string };

/** The amount a strategy may use on an account: a fixed one, or its share (per cent) of the balance. */
export function allottedCapital(of: { capital: Decimal | null; share: Decimal | null; balance: Decimal | null }) {
  if (of.capital !== null) return of.capital;
  if (of.share === null || of.balance === null) return null;
  return of.balance.mul(of.share).div(100);
}

/**
 * Quantity = allotted capital × qty_per % × leverage ÷ (price × contract size), rounded down to the market's step; for
 * a reduce-only order qty_per per cent of the position, never more than there is of it.
 *
 * Prices are rounded to the tick, since exchanges refuse others: a buy's down and a sell's up, limit and stop alike, so
 * that nobody pays more or gets less than was asked, a stop and its limit keep their order, and a stop triggers at most
 * one tick early, never late. The order ranks by the rounded price, the one it has on the book.
 *
 * A quantity is never raised to a minimum nor cut to a maximum: the order is refused with the numbers.
 */
export function sizeOrder(input: SizeInput): Sized {
  const { order, market } = input;
  if (market === 'not_loaded') return refuse('network_error', `nothing is known of the market of ${order.symbol} yet`);
  if (market === 'unknown_symbol') {
    return refuse('invalid_symbol', `${order.symbol} is not traded on this account's exchange`);
  }
  if (market.status !== 'trading') {
    const state = market.status === 'closed' ? 'closed' : 'accepting cancels only';
    return refuse('invalid_symbol', `${market.symbol} is ${state} at the moment`);
  }
  if (input.lacks.includes(order.type)) {
    return refuse('unknown', `this account's exchange has no ${order.type} orders; send another type of order`);
  }
  if (order.side === null || order.qtyPer === null) return refuse('unknown', `${order.type} has no side or no qty_per`);

  const { side } = order;
  const onGrid = (price: DecimalString | null) => (price === null ? null : toTick(new Decimal(price), side, market));
  const price = onGrid(order.price);
  const stopPrice = onGrid(order.stopPrice);
  for (const [name, given, rounded] of [
    ['price', order.price, price],
    ['stop_price', order.stopPrice, stopPrice],
  ] as const) {
    if (rounded?.isZero()) return refuse('limit_exceeded', `${name} ${given} is below the tick ${market.priceTick}`);
  }

  const basis = priceBasis(input, price, stopPrice);
  if (basis.kind === 'refused') return basis;
  const raw = order.reduceOnly ? ofPosition(input) : ofCapital(input, basis.price, market);
  if (raw.kind === 'refused') return raw;

  const step = amountStep(order, market);
  const quantity = raw.amount.div(step).floor().mul(step);
  const refusal = quantityRefusal(order, market, quantity, raw, step, basis.price);
  return refusal ?? { kind: 'sized', quantity, price, stopPrice };
}

/**
 * The least quantity the market accepts of an order at this price: one step, the minimum amount and, unless reduce-only,
 * the minimum notional. What is left of a demoted order below it cannot be sent again.
 */
export function smallestOrder(
  market: MarketRules,
  order: { type: AlertOrder['type']; reduceOnly: boolean; price: Decimal | null; stopPrice: Decimal | null },
): Decimal {
  const step = amountStep(order, market);
  const price = order.price ?? order.stopPrice;
  const byNotional =
    order.reduceOnly || market.minNotional === null || price === null
      ? step
      : new Decimal(market.minNotional).div(price.mul(market.contractSize)).div(step).ceil().mul(step);
  return Decimal.max(step, market.minAmount ?? 0, byNotional);
}

type Amount = { kind: 'amount'; amount: Decimal; from: string };
type Refusal = Extract<Sized, { kind: 'refused' }>;

function ofCapital(input: SizeInput, price: Decimal, market: MarketRules): Amount | Refusal {
  if (input.capital === null) return refuse('unknown', 'no capital is allotted to this strategy on this account');
  const leverage = input.marketType === 'FUTURES' ? input.leverage : new Decimal(1);
  const perUnit = price.mul(market.contractSize);
  const amount = input.capital
    .mul(input.order.qtyPer ?? 0)
    .mul(leverage)
    .div(perUnit.mul(100));
  const times = leverage.eq(1) ? '' : ` × ${leverage.toFixed()}`;
  const from = `${input.capital.toFixed()} × ${input.order.qtyPer} %${times} ÷ ${perUnit.toFixed()}`;
  return { kind: 'amount', amount, from };
}

function ofPosition(input: SizeInput): Amount | Refusal {
  const { order, position } = input;
  if (position.isZero()) return refuse('limit_exceeded', `reduce-only, but there is no position in ${order.symbol}`);
  const reduces = position.isPositive() ? order.side === 'sell' : order.side === 'buy';
  if (!reduces) {
    return refuse('limit_exceeded', `reduce-only: a ${order.side} does not reduce a position of ${position.toFixed()}`);
  }
  const share = Decimal.min(100, order.qtyPer ?? 0);
  const from = `${order.qtyPer} % of the position ${position.toFixed()}`;
  return { kind: 'amount', amount: position.abs().mul(share).div(100), from };
}

/** The price a quantity and its notional are reckoned with. */
function priceBasis(
  input: SizeInput,
  price: Decimal | null,
  stopPrice: Decimal | null,
): { kind: 'price'; price: Decimal } | Refusal {
  const { order, lastPrice, now, priceMaxAgeMs } = input;
  if (order.type !== 'MARKET') {
    const own = order.type === 'STOP_MARKET' ? stopPrice : price;
    if (own === null)
      return refuse('unknown', `${order.type} has no ${order.type === 'STOP_MARKET' ? 'stop_price' : 'price'}`);
    return { kind: 'price', price: own };
  }
  // A reduce-only MARKET needs no price: its quantity comes from the position and it is exempt from the notional.
  if (order.reduceOnly) return { kind: 'price', price: lastPrice?.price ?? new Decimal(0) };
  if (lastPrice === null || lastPrice.price.lte(0)) {
    return refuse('network_error', `no price of ${order.symbol} is known to size a MARKET order with`);
  }
  const age = now - lastPrice.at;
  if (age > priceMaxAgeMs) {
    const seconds = (ms: number) => (ms / 1000).toFixed(1);
    return refuse(
      'network_error',
      `the last price of ${order.symbol} is ${seconds(age)} s old; at most ${seconds(priceMaxAgeMs)} s sizes a MARKET order`,
    );
  }
  return { kind: 'price', price: lastPrice.price };
}

function quantityRefusal(
  order: AlertOrder,
  market: MarketRules,
  quantity: Decimal,
  raw: Amount,
  step: Decimal,
  price: Decimal,
): Refusal | null {
  const text = `quantity ${quantity.toFixed()} (${raw.from})`;
  if (quantity.isZero()) {
    return refuse(
      'limit_exceeded',
      `${raw.from} = ${shown(raw.amount)} rounds down to 0 at the step ${step.toFixed()}`,
    );
  }
  if (market.minAmount !== null && quantity.lt(market.minAmount)) {
    return refuse('limit_exceeded', `${text} is below the minimum ${market.minAmount} of ${market.symbol}`);
  }
  const max = maxAmount(order, market);
  if (max !== null && quantity.gt(max)) {
    return refuse('limit_exceeded', `${text} is above the maximum ${max.toFixed()} of ${market.symbol}`);
  }
  const notional = quantity.mul(price).mul(market.contractSize);
  if (!order.reduceOnly && market.minNotional !== null && notional.lt(market.minNotional)) {
    return refuse(
      'limit_exceeded',
      `${text} at ${price.toFixed()} is worth ${shown(notional)}, below the minimum notional ${market.minNotional} of ${market.symbol}`,
    );
  }
  return null;
}

/** A STOP_MARKET becomes a market order when it triggers, and market filters that it misses refuse it only then. */
function executesAsMarket(order: Pick<AlertOrder, 'type'>): boolean {
  return order.type === 'MARKET' || order.type === 'STOP_MARKET';
}

function amountStep(order: Pick<AlertOrder, 'type'>, market: MarketRules): Decimal {
  // Exchanges state 0 where the market step adds nothing to the lot step.
  const steps = executesAsMarket(order) ? [market.amountStep, market.marketAmountStep ?? 0] : [market.amountStep];
  return Decimal.max(...steps);
}

function maxAmount(order: Pick<AlertOrder, 'type'>, market: MarketRules): Decimal | null {
  const all = executesAsMarket(order) ? [market.maxAmount, market.marketMaxAmount] : [market.maxAmount];
  const stated = all.filter((max) => max !== null);
  return stated.length === 0 ? null : Decimal.min(...stated);
}

/** Enough digits to see why, not all sixty. */
function shown(amount: Decimal): string {
  return amount.toSignificantDigits(8).toFixed();
}

function refuse(failureType: FailureType, reason: string): Refusal {
  return { kind: 'refused', failureType, reason };
}

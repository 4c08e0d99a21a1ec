import { Decimal, type Side } from '@sluice/contracts';

/**
 * What a strategy holds of a symbol on an account, and what it has earned there. Cost and not average entry is kept:
 * an average is a quotient that may have no end, and with cost the sums come out exact whatever is divided.
 */
export type Position = {
  /** Negative when short. */
  quantity: Decimal;
  /** What the open quantity was bought for, in the settlement currency; negative when it was sold. */
  cost: Decimal;
  /** Profit of what was closed, before fees and funding. */
  realized: Decimal;
  /** In the settlement currency; negative when rebates outweigh. */
  fees: Decimal;
  /** By currency: fees the exchange took in another one (BNB), which no price of ours can add to the rest. */
  otherFees: Readonly<Record<string, Decimal>>;
  /** Received for holding the position; negative when paid. */
  funding: Decimal;
};

export type Execution = {
  side: Side;
  quantity: Decimal;
  price: Decimal;
  fee: Decimal;
  feeCurrency: string | null;
};

/** How executions on a market change a position. */
export type PositionRules = {
  symbol: string;
  /** A spot holding is long only, and a fee taken in the bought currency makes it smaller. */
  spot: boolean;
};

export type Change = {
  quantity: Decimal;
  realized: Decimal;
  /** In the settlement currency. */
  fee: Decimal;
  /** In the execution's fee currency, where that is another. */
  otherFee: Decimal;
  funding: Decimal;
  /** Something that was open is less now, or the other way round. */
  reduces: boolean;
};

const zero = new Decimal(0);

export const flat: Position = {
  quantity: zero,
  cost: zero,
  realized: zero,
  fees: zero,
  otherFees: {},
  funding: zero,
};

/** Far below any step of a price or a quantity. Rounding here moves profit between two closings, never in or out. */
const COST_PLACES = 18;

/** Executes against a position. On a spot market more cannot be sold than there is: what exceeds it was not ours. */
export function execute(
  position: Position,
  execution: Execution,
  rules: PositionRules,
): { position: Position; change: Change } {
  const asked = execution.side === 'buy' ? execution.quantity : execution.quantity.negated();
  const signed = rules.spot ? Decimal.max(asked, position.quantity.negated()) : asked;
  const { quantity, cost } = position;
  const closed = quantity.isZero() || quantity.s === signed.s ? zero : Decimal.min(quantity.abs(), signed.abs());
  const closing = quantity.isNegative() ? closed.negated() : closed;
  const costClosed = closed.eq(quantity.abs())
    ? cost
    : cost.mul(closed).div(quantity.abs()).toDecimalPlaces(COST_PLACES);
  const realized = closed.isZero() ? zero : closing.mul(execution.price).minus(costClosed);
  const opening = signed.plus(closing);
  const traded: Position = {
    ...position,
    quantity: quantity.plus(signed),
    cost: (closed.isZero() ? cost : cost.minus(costClosed)).plus(opening.mul(execution.price)),
    realized: position.realized.plus(realized),
  };
  const { position: after, fee, otherFee } = takeFee(traded, execution, rules);
  return {
    position: after,
    change: {
      quantity: after.quantity.minus(quantity),
      realized,
      fee,
      otherFee,
      funding: zero,
      reduces: closed.gt(0),
    },
  };
}

function takeFee(
  position: Position,
  { fee, feeCurrency, price }: Execution,
  rules: PositionRules,
): { position: Position; fee: Decimal; otherFee: Decimal } {
  if (fee.isZero() || feeCurrency === null) return { position, fee: zero, otherFee: zero };
  const [base, quote] = rules.symbol.split('/');
  if (feeCurrency === quote) return { position: { ...position, fees: position.fees.plus(fee) }, fee, otherFee: zero };
  if (rules.spot && feeCurrency === base && fee.lte(position.quantity)) {
    // Valued at what it was just traded at, so that what is left keeps its cost and the fee is a fee.
    const value = fee.mul(price);
    const quantity = position.quantity.minus(fee);
    // Nothing left costs nothing; the difference is fee as well.
    const cost = quantity.isZero() ? zero : position.cost.minus(value);
    const taken = position.cost.minus(cost);
    return { position: { ...position, quantity, cost, fees: position.fees.plus(taken) }, fee: taken, otherFee: zero };
  }
  const otherFees = { ...position.otherFees, [feeCurrency]: (position.otherFees[feeCurrency] ?? zero).plus(fee) };
  return { position: { ...position, otherFees }, fee: zero, otherFee: fee };
}

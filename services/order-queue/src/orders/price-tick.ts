import { Decimal, type DecimalString, type Side } from '@sluice/contracts';

/** The prices a market accepts: multiples of one tick, or of a tick that depends on the price. */
export type PriceGrid = {
  priceTick: DecimalString;
  /** Ascending; `tick` holds from the price `from` on, up to the next. Null where `priceTick` holds for all prices. */
  priceTicks: readonly { from: DecimalString; tick: DecimalString }[] | null;
};

/**
 * The price the market accepts next to `price`: a buy's below, a sell's above, the price itself where it is accepted. A
 * sell that is rounded up past the beginning of a coarser step stands at that beginning, which is always accepted.
 */
export function toTick(price: Decimal, side: Side, grid: PriceGrid): Decimal {
  const steps = grid.priceTicks ?? [];
  const at = steps.findLastIndex((step) => price.gte(step.from));
  const step = steps[at];
  const tick = step?.tick ?? grid.priceTick;
  if (side === 'buy') {
    const below = price.div(tick).floor().mul(tick);
    return step === undefined ? below : Decimal.max(below, step.from);
  }
  const above = price.div(tick).ceil().mul(tick);
  const next = steps[at + 1];
  return next === undefined ? above : Decimal.min(above, next.from);
}

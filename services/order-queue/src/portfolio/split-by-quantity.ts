import { Decimal } from '@sluice/contracts';

type Held = { strategy: string; quantity: Decimal };

/**
 * Splits something of an account's position between the strategies that hold it, by their signed quantities, to the
 * digits it and they are given in. What is `foreign` takes its part, which is nobody's here. Without foreign quantity
 * the shares add up to the whole: what rounding leaves over goes to those who hold most.
 */
export function splitByQuantity(
  whole: Decimal,
  holders: readonly Held[],
  foreign: Decimal,
  leastPlaces = 0,
): { strategy: string; share: Decimal }[] {
  const holding = holders.filter(({ quantity }) => !quantity.isZero());
  const all = holding.reduce((sum, { quantity }) => sum.plus(quantity), foreign);
  // Charged although by our fills there was nothing: it cannot be ours.
  if (all.isZero() || whole.isZero()) return [];
  const places = Math.max(leastPlaces, whole.dp(), ...holding.map(({ quantity }) => quantity.dp()));
  const byAmount = [...holding].sort(
    (a, b) => b.quantity.abs().cmp(a.quantity.abs()) || (a.strategy < b.strategy ? -1 : 1),
  );
  const shares = byAmount.map(({ strategy, quantity }) => ({
    strategy,
    // Towards zero: no share is more than its part, and so never more than what is held.
    share: whole.mul(quantity).div(all).toDecimalPlaces(places, Decimal.ROUND_DOWN),
  }));
  const ours = byAmount.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));
  const rest = whole
    .mul(ours)
    .div(all)
    .toDecimalPlaces(places, Decimal.ROUND_DOWN)
    .minus(shares.reduce((sum, { share }) => sum.plus(share), new Decimal(0)));
  // Less than one of the last digit for each. One digit each, since more could be more than somebody holds.
  const digit = new Decimal(10).pow(-places).mul(rest.isNegative() ? -1 : 1);
  for (let index = 0; digit.mul(index).abs().lt(rest.abs()); index += 1) {
    const share = shares[index % shares.length]!;
    share.share = share.share.plus(digit);
  }
  return shares.filter(({ share }) => !share.isZero());
}

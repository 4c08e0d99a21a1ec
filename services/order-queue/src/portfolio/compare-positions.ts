import { Decimal } from '@sluice/contracts';
import type { ExchangePosition, VenueTraits } from '@sluice/exchange';

type Own = { symbol: string; quantity: string; version: string };
type Compared = { symbol: string; unattributed: string; announced: string };

export type Comparison = Compared & { exchange: string; ours: string; tell: boolean };

/**
 * The exchange's positions less ours, by symbol. A symbol in which we heard of an execution while the exchange was asked
 * is left to the next look. A difference is told when two looks in a row find the same, since an execution may have
 * happened that we have not heard of yet; its end likewise. It is never corrected: nobody here knows whose it is.
 *
 * Of holdings only what we have traded is compared: an account holds coins of its owner's, and spends some on fees.
 */
export function comparePositions(
  before: readonly Own[],
  exchange: readonly ExchangePosition[],
  after: readonly Own[],
  compared: readonly Compared[],
  kind: VenueTraits['positions'] = 'own',
): Comparison[] {
  const traded = [...after, ...compared];
  const symbols = new Set((kind === 'own' ? [...traded, ...exchange] : traded).map(({ symbol }) => symbol));
  return [...symbols].sort().flatMap((symbol) => {
    const of = <T extends { symbol: string }>(list: readonly T[]) => list.find((one) => one.symbol === symbol);
    const own = of(after);
    if (own?.version !== of(before)?.version) return [];
    const theirs = kind === 'own' ? new Decimal(of(exchange)?.quantity ?? 0) : holdingLeft(symbol, exchange, after);
    const ours = new Decimal(own?.quantity ?? 0);
    const unattributed = theirs.minus(ours);
    const last = of(compared);
    const announced = new Decimal(last?.announced ?? 0);
    // Of a symbol that was always in agreement there is nothing to store.
    if (last === undefined && unattributed.isZero()) return [];
    const tell = last !== undefined && unattributed.eq(last.unattributed) && !unattributed.eq(announced);
    return [
      {
        symbol,
        exchange: theirs.toFixed(),
        ours: ours.toFixed(),
        unattributed: unattributed.toFixed(),
        announced: (tell ? unattributed : announced).toFixed(),
        tell,
      },
    ];
  });
}

/** What of an asset is left for one symbol, where it is traded against several currencies. */
function holdingLeft(symbol: string, exchange: readonly ExchangePosition[], after: readonly Own[]): Decimal {
  const sameAsset = (one: { symbol: string }) => one.symbol.split('/')[0] === symbol.split('/')[0];
  const held = new Decimal(exchange.find(sameAsset)?.quantity ?? 0);
  const others = after.filter((one) => one.symbol !== symbol && sameAsset(one));
  return others.reduce((left, { quantity }) => left.minus(quantity), held);
}

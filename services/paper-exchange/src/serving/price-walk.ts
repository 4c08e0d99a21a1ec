import { Decimal } from 'decimal.js';

/** The walk never leaves this share of its anchor, so that a resting order a per cent away stays. */
const BAND = 0.003;
/** Largest single step, as a share of the anchor. */
const STEP = 0.0004;

/** Small seeded generator (mulberry32): the same seed gives the same prices on every machine. Values in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * The price after one step. `offset` is the walk's place as a share of the anchor; it is pulled back at the
 * edge of the band. The price is a whole number of ticks and itself inside the band.
 */
export function walkStep(
  anchor: Decimal,
  tickSize: Decimal,
  offset: number,
  random: number,
): { offset: number; price: Decimal } {
  const next = Math.max(-BAND, Math.min(BAND, offset + (random * 2 - 1) * STEP));
  // Rounded towards the anchor: half a tick outside the band would still be outside.
  const rounding = next > 0 ? Decimal.ROUND_DOWN : Decimal.ROUND_UP;
  const price = anchor.times(new Decimal(1).plus(next)).div(tickSize).toDecimalPlaces(0, rounding).times(tickSize);
  return { offset: next, price };
}

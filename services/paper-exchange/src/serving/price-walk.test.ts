import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usdmSymbols } from '../protocols/binance-usdm/symbols.ts';
import { seededRandom, walkStep } from './price-walk.ts';

describe('the price walk', () => {
  it('never leaves 0.3 per cent of its anchor and stays on tick, for every symbol and seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...usdmSymbols), (seed, spec) => {
        const random = seededRandom(seed);
        const anchor = new Decimal(spec.startPrice);
        const tick = new Decimal(spec.tickSize);
        let offset = 0;
        for (let step = 0; step < 50; step += 1) {
          const next = walkStep(anchor, tick, offset, random());
          offset = next.offset;
          expect(next.price.minus(anchor).abs().div(anchor).lte('0.003')).toBe(true);
          expect(next.price.mod(tick).isZero()).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('takes the same way from the same seed', () => {
    const take = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    expect(take(3)).toEqual(take(3));
    expect(take(3)).not.toEqual(take(4));
  });

  it('starts BTC at 96000 with tick 0.1, step 0.001 and minimum notional 100, among at least 17 symbols', () => {
    expect(usdmSymbols.length).toBeGreaterThanOrEqual(17);
    expect(usdmSymbols[0]).toMatchObject({
      symbol: 'BTCUSDT',
      startPrice: '96000',
      tickSize: '0.10',
      stepSize: '0.001',
      minNotional: '100',
    });
  });

  it.each(usdmSymbols.map((spec) => [spec.symbol, spec] as const))('has a start on tick for %s', (_name, spec) => {
    expect(new Decimal(spec.startPrice).mod(spec.tickSize).isZero()).toBe(true);
  });
});

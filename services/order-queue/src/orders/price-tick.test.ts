import { Decimal } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PriceGrid, toTick } from './price-tick.ts';

/** Of Korean stocks. */
const ladder = [
  { from: '0', tick: '1' },
  { from: '2000', tick: '5' },
  { from: '5000', tick: '10' },
  { from: '20000', tick: '50' },
  { from: '50000', tick: '100' },
  { from: '200000', tick: '500' },
  { from: '500000', tick: '1000' },
];
const krx: PriceGrid = { priceTick: '1', priceTicks: ladder };
const rounded = (price: string, side: 'buy' | 'sell', grid = krx) => toTick(new Decimal(price), side, grid).toFixed();
const tickAt = (price: Decimal) => ladder.findLast((step) => price.gte(step.from))!.tick;

describe('a price on the ladder of ticks', () => {
  it.each([
    ['1999.5', '1999', '2000'],
    ['2003', '2000', '2005'],
    ['4998', '4995', '5000'],
    ['19999', '19990', '20000'],
    ['71234', '71200', '71300'],
    ['71200', '71200', '71200'],
    ['199999', '199900', '200000'],
    ['612345', '612000', '613000'],
  ])('%s is bought at %s and sold at %s', (price, buy, sell) => {
    expect([rounded(price, 'buy'), rounded(price, 'sell')]).toEqual([buy, sell]);
  });

  it('has one tick where the market states no ladder', () => {
    const grid = { priceTick: '0.1', priceTicks: null };
    expect([rounded('9.87', 'buy', grid), rounded('9.87', 'sell', grid)]).toEqual(['9.8', '9.9']);
  });

  it('is the beginning of a step where that is no multiple of its tick, and never beyond it', () => {
    const odd = {
      priceTick: '3',
      priceTicks: [
        { from: '0', tick: '3' },
        { from: '10', tick: '4' },
      ],
    };
    expect(['10', '11'].map((price) => rounded(price, 'buy', odd))).toEqual(['10', '10']);
    expect(['9.5', '10'].map((price) => rounded(price, 'sell', odd))).toEqual(['10', '12']);
  });

  it('is accepted by the market, on the right side, and no accepted price lies between', () => {
    const price = fc.integer({ min: 1, max: 90_000_000 }).map((hundredths) => new Decimal(hundredths).div(100));
    fc.assert(
      fc.property(price, fc.constantFrom('buy', 'sell'), (asked, side) => {
        const got = toTick(asked, side, krx);
        expect(got.mod(tickAt(got)).toFixed()).toBe('0');
        if (side === 'buy') {
          expect(got.lte(asked)).toBe(true);
          // The next accepted price above the result is above what was asked.
          expect(got.plus(tickAt(got)).gt(asked)).toBe(true);
        } else {
          expect(got.gte(asked)).toBe(true);
          const justBelow = got.minus('0.001');
          expect(justBelow.div(tickAt(justBelow)).floor().mul(tickAt(justBelow)).lt(asked)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { applyFill } from './position.ts';

const position = (amount: string, entryPrice: string) => ({
  symbol: 'BTCUSDT',
  positionSide: 'BOTH' as const,
  amount: new Decimal(amount),
  entryPrice: new Decimal(entryPrice),
  realized: new Decimal(0),
  updateTime: 0,
});

describe('a fill booked into a position', () => {
  it.each([
    ['opens a long', ['0', '0'], 'BUY', '2', '100', ['2', '100', '0']],
    ['opens a short', ['0', '0'], 'SELL', '2', '100', ['-2', '100', '0']],
    ['adds at the average price', ['2', '100'], 'BUY', '2', '110', ['4', '105', '0']],
    ['adds to a short at the average price', ['-1', '100'], 'SELL', '3', '120', ['-4', '115', '0']],
    ['closes part of a long with profit', ['2', '100'], 'SELL', '1', '130', ['1', '100', '30']],
    ['closes a short with loss', ['-2', '100'], 'BUY', '2', '110', ['0', '0', '-20']],
    ['turns a long over at the fill price', ['1', '100'], 'SELL', '3', '90', ['-2', '90', '-10']],
  ] as const)('%s', (_title, [amount, entry], side, quantity, price, [after, entryAfter, profit]) => {
    const held = position(amount, entry);
    const realized = applyFill(held, side, new Decimal(quantity), new Decimal(price));
    expect([held.amount.toFixed(), held.entryPrice.toFixed(), realized.toFixed()]).toEqual([after, entryAfter, profit]);
  });
});

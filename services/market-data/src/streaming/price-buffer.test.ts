import { expect, test } from 'vitest';
import { PriceBuffer } from './price-buffer.ts';

const used = (...symbols: string[]) => new Set(symbols);
const last = (symbol: string, price: string, at: number) => ({
  kind: 'last' as const,
  tickers: [{ symbol, last: price, at }],
});
const mark = (symbol: string, price: string, at: number) => ({
  kind: 'mark' as const,
  marks: [{ symbol, mark: price, at }],
});

test('of each symbol the newest is given out once, whichever came last', () => {
  const buffer = new PriceBuffer();
  buffer.add(last('BTC/USDT', '2', 2_000), 2_100);
  buffer.add(last('BTC/USDT', '1', 1_000), 2_200);
  buffer.add(mark('BTC/USDT', '3', 3_000), 3_000);
  buffer.add(mark('BTC/USDT', '2', 2_000), 3_100);
  expect(buffer.take(used('BTC/USDT', 'ETH/USDT'))).toEqual({
    last: [{ symbol: 'BTC/USDT', last: '2', at: 2_000, seenAt: 2_000 }],
    marks: [{ symbol: 'BTC/USDT', mark: '3', at: 3_000 }],
  });
  expect(buffer.take(used('BTC/USDT'))).toEqual({ last: [], marks: [] });
});

test('a symbol nobody uses keeps its newest price until somebody does, or a gap made it worthless', () => {
  const buffer = new PriceBuffer();
  buffer.add(last('SOL/USDT', '1', 1_000), 1_000);
  expect(buffer.take(used('BTC/USDT')).last).toEqual([]);
  expect(buffer.take(used('SOL/USDT')).last).toHaveLength(1);
  buffer.add(last('SOL/USDT', '2', 2_000), 2_000);
  buffer.clear();
  expect(buffer.take(used('SOL/USDT')).last).toEqual([]);
});

test('an event heard late counts as old as it says, and one from a clock ahead of ours is not from the future', () => {
  const buffer = new PriceBuffer();
  buffer.add(last('BTC/USDT', '1', 1_000), 60_000);
  expect(buffer.take(used('BTC/USDT')).last[0]!.seenAt).toBe(1_000);
  buffer.add(last('BTC/USDT', '1', 90_000), 61_000);
  expect(buffer.take(used('BTC/USDT')).last[0]!.seenAt).toBe(61_000);
});

import { expect, test } from 'vitest';
import { mapPriceEvent } from './map-price-event.ts';

const fromVenue = (symbol: string) => symbol.replace('USDT', '/USDT');
const read = (frame: unknown) => mapPriceEvent(typeof frame === 'string' ? frame : JSON.stringify(frame), fromVenue);
// Fields as documented at "All Market Mini Tickers Stream" and "Mark Price Stream for All market".
const mini = {
  e: '24hrMiniTicker',
  E: 1_770_000_000_123,
  s: 'BTCUSDT',
  c: '96000.50',
  o: '1',
  h: '1',
  l: '1',
  v: '1',
  q: '1',
};
const mark = {
  e: 'markPriceUpdate',
  E: 1_770_000_001_000,
  s: 'BTCUSDT',
  p: '96001.10000000',
  i: '1',
  P: '1',
  r: '0.0001',
  T: 1,
};

test('last prices and mark prices carry the exchange time and every digit', () => {
  expect(read({ stream: '!miniTicker@arr', data: [mini] })).toEqual({
    kind: 'last',
    tickers: [{ symbol: 'BTC/USDT', last: '96000.5', at: 1_770_000_000_123 }],
  });
  expect(read({ stream: '!markPrice@arr@1s', data: [{ ...mark, st: 1 }] })).toEqual({
    kind: 'mark',
    marks: [{ symbol: 'BTC/USDT', mark: '96001.1', at: 1_770_000_001_000 }],
  });
});

test('prices of COIN-M, which come on the same connection, are none of ours', () => {
  const ofBoth = [
    { ...mini, s: 'BTCUSD_PERP', st: 2 },
    { ...mini, st: 1 },
  ];
  expect(read({ stream: '!miniTicker@arr', data: ofBoth })).toMatchObject({ tickers: [{ symbol: 'BTC/USDT' }] });
  expect(read({ stream: '!miniTicker@arr', data: ofBoth.slice(0, 1) })).toBeNull();
});

test('the answer to a request says nothing; what is no price is told of and never guessed', () => {
  expect(read({ result: null, id: 1 })).toBeNull();
  for (const frame of ['not json', { e: 'x' }, { stream: 's', data: {} }])
    expect(read(frame)).toMatchObject({ kind: 'unreadable' });
  for (const entry of [
    { ...mini, c: 'NaN' },
    { ...mini, c: '-1' },
    { ...mark, p: '' },
    { e: 'other', s: 'BTCUSDT' },
  ])
    expect(read({ stream: 's', data: [entry] }), JSON.stringify(entry)).toMatchObject({ kind: 'unreadable' });
});

import { describe, expect, test } from 'vitest';
import { normaliseSymbol } from './normalise-symbol.ts';

const listed = new Set(['BTC/USDT', 'BTC/USDC', 'ETH/BTC', '1000SHIB/USDT', 'BTCDOM/USDT', '币安人生/USDT']);

describe('one market is understood however chart and exchange tools write it', () => {
  test.each([
    ['BTCUSDT', 'BTC/USDT'],
    ['BTCUSDT.P', 'BTC/USDT'],
    ['BINANCE:BTCUSDT', 'BTC/USDT'],
    ['BINANCE:BTCUSDT.P', 'BTC/USDT'],
    ['BYBIT:BTCUSDT.P', 'BTC/USDT'],
    ['BTC/USDT:USDT', 'BTC/USDT'],
    ['BINANCE:BTC/USDT:USDT', 'BTC/USDT'],
    ['BTC/USDT', 'BTC/USDT'],
    ['btcusdt', 'BTC/USDT'],
    [' BTC/USDT ', 'BTC/USDT'],
    ['BTCUSDC', 'BTC/USDC'],
    ['ETHBTC', 'ETH/BTC'],
    ['1000SHIBUSDT.P', '1000SHIB/USDT'],
    ['BTCDOMUSDT', 'BTCDOM/USDT'],
    ['币安人生USDT', '币安人生/USDT'],
  ])('%s is %s', (text, symbol) => {
    expect(normaliseSymbol(text, [listed])).toEqual({ kind: 'symbol', symbol });
    expect(normaliseSymbol(text, [null])).toEqual({ kind: 'symbol', symbol });
  });
});

test.each(['005930', 'KRX:005930', '005930/KRW'])('a stock is known by its code: %s', (text) => {
  const stocks = new Set(['005930/KRW']);
  expect(normaliseSymbol(text, [stocks])).toEqual({ kind: 'symbol', symbol: '005930/KRW' });
  expect(normaliseSymbol('000660', [stocks])).toMatchObject({ kind: 'refused' });
});

describe('nothing is guessed', () => {
  test.each([
    ['BTCUSD', /does not show where its quote currency begins/],
    ['BTC', /does not show/],
    ['USDT', /does not show/],
    ['BTC/USD:BTC', /not a perpetual settled in USD/],
    ['BTC/USDT:USDT-240628', /not a perpetual settled in USDT/],
    ['BTC/USDT/X', /is not a symbol/],
    ['/USDT', /is not a symbol/],
    ['BTC/', /is not a symbol/],
    ['BTC USDT', /is not a symbol/],
    ['BTC.USDT', /is not a symbol/],
    ['BINANCE:', /is not a symbol/],
    ['BTC\u0000USDT', /is not a symbol/],
    [`${'A'.repeat(100)}USDT`, /is not a symbol/],
  ])('%s is refused', (text, message) => {
    const reading = normaliseSymbol(text, [listed]);
    expect(reading.kind === 'refused' && reading.message).toMatch(message);
  });

  test('a text that is two listed symbols is refused with both', () => {
    const reading = normaliseSymbol('ABCUSDT', [new Set(['ABC/USDT']), new Set(['AB/CUSDT'])]);
    expect(reading).toEqual({
      kind: 'refused',
      message: '"ABCUSDT" can be ABC/USDT or AB/CUSDT; write it with the slash',
    });
  });

  test('the symbol list decides where a quote currency is not known', () => {
    expect(normaliseSymbol('BTCTRY', [new Set(['BTC/TRY'])])).toEqual({ kind: 'symbol', symbol: 'BTC/TRY' });
    expect(normaliseSymbol('BTCTRY', [null]).kind).toBe('refused');
  });
});

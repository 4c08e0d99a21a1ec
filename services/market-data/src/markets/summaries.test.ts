import { expect, test } from 'vitest';
import { factsSummary, precisionSummary, symbolListSummary } from './summaries.ts';

test('a quiet run says only what it read', () => {
  expect(symbolListSummary(612, { write: [], added: [], changed: [], gone: [] })).toBe('612 symbols listed');
});

test('a change is told in words with both values', () => {
  const changes = [{ symbol: 'BTC/USDT', field: 'priceTick', from: '0.10', to: '0.01' }];
  expect(precisionSummary(2, { write: [], added: [], changes, unusable: [] })).toBe(
    'precision of 2 symbols; 1 changed (BTC/USDT price tick 0.10 → 0.01)',
  );
});

test('a fact that is no longer stated reads none', () => {
  const changes = [{ symbol: 'BTC/USDT', field: 'maxOpenOrders', from: 200, to: null }];
  expect(factsSummary(1, { write: [], added: [], changes, unusable: [] })).toContain('max open orders 200 → none');
});

test('of many names five are told', () => {
  const gone = ['A/USDT', 'B/USDT', 'C/USDT', 'D/USDT', 'E/USDT', 'F/USDT', 'G/USDT'];
  expect(symbolListSummary(3, { write: [], added: [], changed: [], gone })).toBe(
    '3 symbols listed; 7 no longer listed, now closed (A/USDT, B/USDT, C/USDT, D/USDT, E/USDT and 2 more)',
  );
});

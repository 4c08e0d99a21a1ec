import { describe, expect, test } from 'vitest';
import {
  isDue,
  missingData,
  pricedVenues,
  type Refresh,
  type RefreshKind,
  refreshKinds,
  type UsedVenue,
} from './freshness.ts';

const now = new Date('2026-02-03T04:05:06Z');
const venue: UsedVenue = { name: 'binance-usdm', endpoint: null };
const read = (kind: RefreshKind, secondsAgo: number, endpoint: string | null = null): Refresh => ({
  venue: 'binance-usdm',
  kind,
  endpoint,
  readAt: new Date(now.getTime() - secondsAgo * 1_000),
});

test('prices are read of venues that show them to everybody', () => {
  expect(pricedVenues([venue, { name: 'kis', endpoint: null }])).toEqual([venue]);
});

describe('whether a job is due at start', () => {
  test.each<[string, Refresh[], boolean]>([
    ['nothing was ever read', [], true],
    ['it was read within the period', [read('facts', 317)], false],
    ['it was read longer ago than the period', [read('facts', 318)], true],
    ['only another kind was read', [read('prices', 1)], true],
    ['it was read from another endpoint', [read('facts', 1, 'http://127.0.0.1:8090')], true],
  ])('%s', (_, refreshes, expected) => {
    expect(isDue('facts', [venue], refreshes, 317_000, now)).toBe(expected);
  });

  test('no venue in use makes nothing due', () => {
    expect(isDue('facts', [], [], 317_000, now)).toBe(false);
  });
});

describe('readiness', () => {
  const all = (pricesAgo: number) => refreshKinds.map((kind) => read(kind, kind === 'prices' ? pricesAgo : 90_000));

  test('a venue with everything and a price 40 s old is ready, however old its lists', () => {
    expect(missingData([venue], all(40), now)).toEqual([]);
  });

  test('a price older than 40 s is not', () => {
    expect(missingData([venue], all(41), now)).toEqual(['binance-usdm prices']);
  });

  test('a fresh database names all that is missing', () => {
    expect(missingData([venue], [], now)).toEqual([
      'binance-usdm symbols',
      'binance-usdm precision',
      'binance-usdm facts',
      'binance-usdm prices',
    ]);
  });

  test('no venue in use is ready', () => {
    expect(missingData([], [], now)).toEqual([]);
  });
});

import type { AlertOrder } from '@sluice/contracts';
import { krxCalendar } from '@sluice/exchange';
import { expect, test } from 'vitest';
import { sizeAlert } from './size-alert.ts';

const seoul = (text: string) => Date.parse(`${text}:00+09:00`);
const order = (type: string, orderIndex: number) =>
  ({
    orderIndex,
    type,
    symbol: '005930/KRW',
    side: 'buy',
    price: null,
    stopPrice: null,
    qtyPer: '1',
  }) as unknown as AlertOrder;
const denials = (now: number, calendar: ReturnType<typeof krxCalendar> | null) =>
  sizeAlert(
    [order('MARKET', 0), order('LIMIT', 1)],
    { marketType: 'SPOT' } as never,
    'kis',
    calendar,
    { leverage: '1', capital: '1000' } as never,
    { symbols: new Map(), listLoaded: false, allotted: null } as never,
    new Map(),
    now,
  ).denied.map(({ order, failureType, opening }) => [order.type, failureType, opening?.at]);

test('a MARKET order is refused outside the hours of its exchange, with the time it opens; a LIMIT order is not for that', () => {
  const closed = denials(seoul('2026-11-20T16:00'), krxCalendar());
  expect(closed[0]).toEqual(['MARKET', 'market_closed', seoul('2026-11-23T09:00')]);
  expect(closed[1]?.[1]).not.toBe('market_closed');
  for (const [now, calendar] of [
    [seoul('2026-11-20T15:29'), krxCalendar()],
    [seoul('2026-11-20T16:00'), null],
  ] as const) {
    expect(denials(now, calendar).map(([, failureType]) => failureType)).not.toContain('market_closed');
  }
});

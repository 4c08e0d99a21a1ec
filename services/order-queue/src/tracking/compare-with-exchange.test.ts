import type { OrderReport } from '@sluice/exchange';
import { expect, test } from 'vitest';
import type { TrackedOrder } from '../db/tracking.ts';
import { compareWithExchange } from './compare-with-exchange.ts';

const NOW = 1_000_000;

function tracked(orderId: number, changes: Partial<TrackedOrder> = {}): TrackedOrder {
  return {
    orderId,
    strategy: 's1',
    attempt: 1,
    clientOrderId: `test-${orderId}`,
    exchangeOrderId: null,
    triggeredOrderId: null,
    conditional: false,
    status: 'open',
    executed: '0',
    request: {} as TrackedOrder['request'],
    sentAt: NOW - 60_000,
    updatedAt: NOW - 60_000,
    ...changes,
  };
}

function listed(clientOrderId: string, changes: Partial<OrderReport> = {}): OrderReport {
  return { clientOrderId, status: 'open', executed: '0', triggeredOrderId: null, ...changes } as OrderReport;
}

test('an order that rests as we know it is no news', () => {
  expect(compareWithExchange([tracked(1)], [listed('test-1')], NOW)).toEqual({
    changed: [],
    missing: [],
    strangers: [],
    settling: 0,
  });
});

test('an order that has executed more is news; one that has executed less is an older report', () => {
  const order = tracked(1, { executed: '0.5' });
  expect(compareWithExchange([order], [listed('test-1', { executed: '0.7' })], NOW).changed).toHaveLength(1);
  expect(compareWithExchange([order], [listed('test-1', { executed: '0.3' })], NOW).changed).toHaveLength(0);
});

test('an order that is not on the list is missing, unless it changed a moment ago', () => {
  const result = compareWithExchange([tracked(1), tracked(2, { updatedAt: NOW - 1_000 })], [], NOW);
  expect(result.missing.map((order) => order.orderId)).toEqual([1]);
});

test('an order of ours that changed a moment ago is not taken for a stranger', () => {
  const result = compareWithExchange([tracked(1, { updatedAt: NOW })], [listed('test-1'), listed('web_123')], NOW);
  expect(result.strangers.map((report) => report.clientOrderId)).toEqual(['web_123']);
});

test('a triggered stop is known by the id of the order it became', () => {
  const order = tracked(1, { conditional: true, status: 'triggered', triggeredOrderId: '77' });
  const result = compareWithExchange(
    [order],
    [listed('venue-made', { triggeredOrderId: '77', status: 'triggered' })],
    NOW,
  );
  expect(result).toEqual({ changed: [], missing: [], strangers: [], settling: 0 });
});

test('where the venue has no ids of ours an order is known by the number it was given', () => {
  const ours = tracked(1, { exchangeOrderId: '06010-0000012345' });
  const reports = [
    { ...listed(''), clientOrderId: null, exchangeOrderId: '06010-0000012345', executed: '3' },
    { ...listed(''), clientOrderId: null, exchangeOrderId: '06010-0000012346' },
  ];
  expect(compareWithExchange([ours], reports, NOW)).toMatchObject({
    changed: [{ order: ours, report: reports[0] }],
    missing: [],
    strangers: [reports[1]],
  });
});

test('an order whose session is over is looked up, though the list still shows it', () => {
  const ended = tracked(1);
  const compared = compareWithExchange([ended, tracked(2)], [listed('test-1'), listed('test-2')], NOW, (order) => {
    return order.orderId === 1;
  });
  expect(compared).toMatchObject({ changed: [], missing: [ended], strangers: [] });
});

import type { AlertOrder } from '@sluice/contracts';
import { expect, test } from 'vitest';
import { applyCancels, referencedTarget } from './cancel-targets.ts';
import { anOrder } from './order.fixture.ts';
import { WorkingSet } from './working-set.ts';

const cancel = { type: 'CANCEL', orderIndex: 0, orderId: '17', symbol: null, side: null } as AlertOrder;
const match = (id: number, changes = {}) => ({
  reference: '17',
  id,
  account: 'a1',
  symbol: 'BTC/USDT',
  ended: false,
  ...changes,
});

test('an id found nowhere is an error', () => {
  expect(referencedTarget(cancel, 'a1', []).error).toBe('not found: no order of this strategy has the id 17');
});

test('an id that two different orders have is refused with both named', () => {
  expect(referencedTarget(cancel, 'a1', [match(17), match(30)]).error).toBe(
    'ambiguous: 17 is the id of the orders 17 and 30',
  );
});

test('an order on another account of the strategy is nothing to do here, and no error', () => {
  expect(referencedTarget(cancel, 'a1', [match(17, { account: 'a2' })])).toMatchObject({
    ids: [],
    symbol: null,
    error: null,
  });
});

test('an order that has ended is nothing to do, and no error', () => {
  expect(referencedTarget(cancel, 'a1', [match(17, { ended: true })])).toMatchObject({ ids: [], error: null });
});

test('orders a cancel means are wanted gone for its alert, the first to ask', () => {
  const working = new WorkingSet([anOrder(1), anOrder(2, { wanted: 'gone', cancelAlert: 'earlier' }), anOrder(3)]);
  applyCancels(working, [{ order: cancel, symbol: 'BTC/USDT', ids: [1, 2], error: null }], 'alert-9');
  expect(working.all().map((order) => [order.wanted, order.cancelAlert])).toEqual([
    ['gone', 'alert-9'],
    ['gone', 'earlier'],
    ['live', null],
  ]);
});

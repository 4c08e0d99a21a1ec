import type { DayOrder, Failure, OrderReport } from '@sluice/exchange';
import { krxCalendar } from '@sluice/exchange';
import { describe, expect, test } from 'vitest';
import type { Order } from '../db/order-row.ts';
import { anOrder, NOW } from '../planning/order.fixture.ts';
import { WorkingSet } from '../planning/working-set.ts';
import type { SettlingOutcome } from '../sending/outcome.ts';
import { sendTaskOf } from '../sending/send-task.ts';
import { settleOutcome } from './settle-outcome.ts';

const failure: Failure = {
  type: 'network_error',
  action: 'resolve',
  code: null,
  message: 'no answer',
  retryAfterMs: null,
};

/** A placement whose answer was lost; `asked`: a person is asked about it. */
function lostOrder(changes: Partial<Order['attempt'] & object> = {}): Order {
  const order = anOrder(1, { status: 'unresolved_place' });
  Object.assign(order.attempt!, { action: 'find', exchangeOrderId: null, notedAt: NOW - 90_000, ...changes });
  return order;
}

const listed = { exchangeOrderId: '77', status: 'open', executed: '0', triggeredOrderId: null } as DayOrder;
const found = (order: Order, candidates: DayOrder[]): SettlingOutcome => ({
  kind: 'lost',
  task: sendTaskOf(order, {}),
  candidates,
  askedAt: NOW,
});
function settled(order: Order, outcome: SettlingOutcome, calendar = krxCalendar()) {
  settleOutcome(new WorkingSet([order]), order, outcome, undefined, NOW, 'cause', calendar);
  return { status: order.status, number: order.attempt!.exchangeOrderId, asked: order.attempt!.personSince !== null };
}

describe('What is found for a lost placement', () => {
  test('is ours where it is one order, and a person is asked where it is none', () => {
    const [one, none] = [lostOrder(), lostOrder()];
    expect(settled(one, found(one, [listed]))).toEqual({ status: 'open', number: '77', asked: false });
    expect(settled(none, found(none, []))).toEqual({ status: 'unresolved_place', number: null, asked: true });
  });

  test('counts for nothing once another process has claimed it', () => {
    const order = lostOrder();
    const late = found(order, []);
    order.attempt!.fence += 1;
    expect(settled(order, late)).toEqual({ status: 'unresolved_place', number: null, asked: false });
  });

  test('counts for nothing once its number is known, or it is placed no more', () => {
    const known = lostOrder({ exchangeOrderId: '42' });
    expect(settled(known, found(known, [listed]))).toMatchObject({ status: 'unresolved_place', number: '42' });
    const open = lostOrder();
    const late = found(open, []);
    open.status = 'open';
    expect(settled(open, late)).toEqual({ status: 'open', number: null, asked: false });
  });
});

describe('While a person is asked', () => {
  const asked = () => lostOrder({ personSince: NOW - 1_000, action: null });
  const stillAsked = { status: 'unresolved_place', number: null, asked: true };

  test('no other look, poll or lost answer says anything', () => {
    const report = { ...listed, clientOrderId: null, quantity: '0.1' } as OrderReport;
    const of = { orderId: 1, attempt: 1, account: 'a1', symbol: 'BTC/USDT', carrier: {} };
    const outcomes: ((order: Order) => SettlingOutcome)[] = [
      (order) => found(order, [listed]),
      () => ({ kind: 'report', ...of, report }),
      (order) => ({ kind: 'find', task: sendTaskOf(order, {}), outcome: { kind: 'absent' }, askedAt: NOW + 60_000 }),
      (order) => ({ kind: 'place', task: sendTaskOf(order, {}), outcome: { kind: 'unresolved', failure }, live: null }),
    ];
    for (const outcome of outcomes) {
      const order = asked();
      expect(settled(order, outcome(order))).toEqual(stillAsked);
    }
  });

  test('the venue’s own late answer to the placement does, and so does their word', () => {
    const [late, told] = [asked(), asked()];
    const report = { ...listed, clientOrderId: null } as OrderReport;
    expect(
      settled(late, { kind: 'place', task: sendTaskOf(late, {}), outcome: { kind: 'accepted', report }, live: null }),
    ).toEqual({ status: 'open', number: '77', asked: false });
    const word = { kind: 'person', orderId: 1, attempt: 1, account: 'a1', symbol: 'BTC/USDT', carrier: {} } as const;
    expect(settled(told, { ...word, report: null })).toMatchObject({ status: 'pending', asked: false });
  });
});

test('a MARKET order the close has ended waits for no other session, a LIMIT order does', () => {
  const expired = { ...listed, status: 'expired', executed: '0' } as OrderReport;
  const seen: SettlingOutcome = {
    ...{ kind: 'report', orderId: 1, attempt: 1, account: 'a1', symbol: 'BTC/USDT', carrier: {} },
    report: expired,
  };
  const [limit, market] = [anOrder(1, { status: 'open' }), anOrder(1, { status: 'open', type: 'MARKET' })];
  expect([settled(limit, seen).status, settled(market, seen).status]).toEqual(['pending', 'expired']);
});

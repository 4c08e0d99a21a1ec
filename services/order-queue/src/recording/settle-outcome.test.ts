import { Decimal } from '@sluice/contracts';
import type { Failure, LookupOutcome, OrderReport } from '@sluice/exchange';
import { describe, expect, test } from 'vitest';
import type { Order } from '../db/order-row.ts';
import type { PairFacts } from '../db/read-pair-facts.ts';
import { CLAIM_MS } from '../orders/claim-time.ts';
import { anOrder, NOW } from '../planning/order.fixture.ts';
import { WorkingSet } from '../planning/working-set.ts';
import type { SettlingOutcome } from '../sending/outcome.ts';
import { sendTaskOf } from '../sending/send-task.ts';
import { settleOutcome } from './settle-outcome.ts';

function settled(order: Order, outcome: SettlingOutcome, now = NOW, facts?: PairFacts) {
  const working = new WorkingSet([order]);
  settleOutcome(working, order, outcome, facts, now, 'cause');
  return { order, attempt: order.attempt!, events: working.events.map((event) => event.kind) };
}

function taskOf(order: Order, action: 'place' | 'cancel' | 'find') {
  order.attempt!.action = action;
  return sendTaskOf(order, {});
}

function report(order: Order, changes: Partial<OrderReport> = {}): OrderReport {
  return {
    clientOrderId: order.attempt!.clientId,
    exchangeOrderId: String(1_000 + order.id),
    triggeredOrderId: null,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    conditional: false,
    status: 'open',
    price: '90000',
    stopPrice: null,
    quantity: '0.1',
    executed: '0',
    averagePrice: null,
    reduceOnly: false,
    updatedAt: NOW,
    ...changes,
  };
}

/** What a poll or a stream saw of order 1. */
function seenAs(seen: OrderReport): SettlingOutcome {
  const of = { orderId: 1, attempt: 1, account: 'a1', symbol: 'BTC/USDT' };
  return { kind: 'report', ...of, report: seen, carrier: {} };
}

const marketRules = {
  symbol: 'BTC/USDT',
  priceTick: '0.1',
  priceTicks: null,
  amountStep: '0.001',
  minAmount: '0.001',
  maxAmount: null,
  marketAmountStep: null,
  marketMaxAmount: null,
  minNotional: null,
  contractSize: '1',
};

const failure: Failure = {
  type: 'network_error',
  action: 'resolve',
  code: 'timeout',
  message: 'no answer',
  retryAfterMs: null,
};

describe('a placement', () => {
  test('that is accepted rests, with its exchange id and nothing left to do', () => {
    const order = anOrder(1, { status: 'submitting' });
    const result = settled(order, {
      kind: 'place',
      task: taskOf(order, 'place'),
      outcome: { kind: 'accepted', report: report(order) },
      live: null,
    });
    expect(result.order.status).toBe('open');
    expect(result.attempt).toMatchObject({ exchangeOrderId: '1001', action: null, dueAt: null, claimedBy: null });
    expect(result.events).toEqual(['sent']);
  });

  test('that ends without proof keeps its place and is looked up soon', () => {
    const order = anOrder(1, { status: 'submitting' });
    const result = settled(order, {
      kind: 'place',
      task: taskOf(order, 'place'),
      outcome: { kind: 'unresolved', failure },
      live: null,
    });
    expect(result.order.status).toBe('unresolved_place');
    expect(result.attempt).toMatchObject({ action: 'find', dueAt: NOW + 250 });
  });

  test('is not absent while its request could still arrive, however often it is not found', () => {
    const order = anOrder(1, { status: 'unresolved_place' });
    for (let at = NOW; at < order.attempt!.signedAt! + CLAIM_MS; at += 1_000) {
      settled(order, { kind: 'find', task: taskOf(order, 'find'), outcome: { kind: 'absent' }, askedAt: at }, at);
      expect(order.status).toBe('unresolved_place');
    }
    expect(order.attempt).toMatchObject({ absences: 0, action: 'find' });
  });

  test('is not absent by an answer to a question asked before the fence, however late it is recorded', () => {
    const order = anOrder(1, { status: 'unresolved_place' });
    const fence = order.attempt!.signedAt! + CLAIM_MS;
    for (const later of [0, 30_000, 60_000]) {
      const early = { outcome: { kind: 'absent' }, askedAt: fence - 1 } as const;
      settled(order, { kind: 'find', task: taskOf(order, 'find'), ...early }, fence + later);
      expect(order.status).toBe('unresolved_place');
    }
  });

  test('is absent after two look-ups past its fence, and is tried again as a network error', () => {
    const order = anOrder(1, { status: 'unresolved_place' });
    const past = order.attempt!.signedAt! + CLAIM_MS;
    settled(order, { kind: 'find', task: taskOf(order, 'find'), outcome: { kind: 'absent' }, askedAt: past }, past);
    expect(order.status).toBe('unresolved_place');
    const result = settled(
      order,
      { kind: 'find', task: taskOf(order, 'find'), outcome: { kind: 'absent' }, askedAt: past + 500 },
      past + 500,
    );
    expect(result.order).toMatchObject({ status: 'pending', failure: { type: 'network_error' }, retries: 1 });
    expect(result.attempt).toMatchObject({ final: true, action: null });
  });

  test('that is found after all counts as sent, and one absence before it is forgotten', () => {
    const order = anOrder(1, { status: 'unresolved_place' });
    const past = order.attempt!.signedAt! + CLAIM_MS;
    settled(order, { kind: 'find', task: taskOf(order, 'find'), outcome: { kind: 'absent' }, askedAt: past }, past);
    const found = { kind: 'found', report: report(order) } as const;
    const result = settled(
      order,
      { kind: 'find', task: taskOf(order, 'find'), outcome: found, askedAt: past + 500 },
      past + 500,
    );
    expect(result.order.status).toBe('open');
    expect(result.attempt.absences).toBe(0);
    expect(result.events).toEqual(['sent']);
  });

  test('of a MARKET order accepted without its fill is looked up at once', () => {
    const order = anOrder(1, { status: 'submitting', type: 'MARKET', price: null });
    const result = settled(order, {
      kind: 'place',
      task: taskOf(order, 'place'),
      outcome: { kind: 'accepted', report: report(order, { type: 'MARKET', executed: null }) },
      live: null,
    });
    expect(result.order.status).toBe('open');
    expect(result.attempt).toMatchObject({ action: 'find', dueAt: NOW + 250 });
  });
});

describe('a cancel', () => {
  test('that succeeded demotes a parked order with what is left of it', () => {
    const order = anOrder(1, { status: 'cancelling', wanted: 'parked' });
    const result = settled(order, {
      kind: 'cancel',
      task: taskOf(order, 'cancel'),
      outcome: { kind: 'cancelled', report: report(order, { status: 'cancelled', executed: '0.04' }) },
      lookup: null,
    });
    expect(result.order.status).toBe('pending');
    expect(result.order.executed.toFixed()).toBe('0.04');
    expect(result.events).toEqual(['demoted']);
  });

  test('that a fill overtook leaves a filled order', () => {
    const order = anOrder(1, { status: 'cancelling', wanted: 'parked' });
    const result = settled(order, {
      kind: 'cancel',
      task: taskOf(order, 'cancel'),
      outcome: { kind: 'gone', failure },
      lookup: {
        outcome: { kind: 'found', report: report(order, { status: 'filled', executed: '0.1' }) },
        askedAt: NOW,
      },
    });
    expect(result.order).toMatchObject({ status: 'filled', executed: new Decimal('0.1') });
  });

  test('of an order the exchange says it does not know is only looked up from then on, so that its fence stays', () => {
    const order = anOrder(1, { status: 'cancelling', wanted: 'gone' });
    const fence = order.attempt!.signedAt! + CLAIM_MS;
    const gone = {
      kind: 'cancel',
      task: taskOf(order, 'cancel'),
      outcome: { kind: 'gone', failure },
      lookup: { outcome: { kind: 'absent' }, askedAt: NOW },
    } as const;
    settled(order, gone);
    expect(order).toMatchObject({ status: 'unresolved_cancel', attempt: { action: 'find', absences: 0 } });
    settled(order, { kind: 'find', task: taskOf(order, 'find'), outcome: { kind: 'absent' }, askedAt: fence }, fence);
    settled(
      order,
      { kind: 'find', task: taskOf(order, 'find'), outcome: { kind: 'absent' }, askedAt: fence + 500 },
      fence + 500,
    );
    expect(order.status).toBe('cancelled');
  });

  test('without an answer is sent again', () => {
    const order = anOrder(1, { status: 'cancelling', wanted: 'parked' });
    const outcome = { kind: 'unresolved', failure } as const;
    const result = settled(order, { kind: 'cancel', task: taskOf(order, 'cancel'), outcome, lookup: null });
    expect(result.order.status).toBe('unresolved_cancel');
    expect(result.attempt.action).toBe('cancel');
    expect(result.attempt.dueAt).toBeGreaterThan(NOW);
  });

  test('that a poll sees open meanwhile keeps its claim', () => {
    const order = anOrder(1, { status: 'cancelling', wanted: 'gone' });
    const result = settled(order, seenAs(report(order, { executed: '0.01' })));
    expect(result.order.status).toBe('cancelling');
    expect(result.attempt).toMatchObject({ action: 'cancel', claimedBy: 'replica-1', dueAt: NOW + 12_500 });
    expect(result.events).toEqual(['partly_filled']);
  });
});

describe('an order the exchange has forgotten', () => {
  const HOUR = 3_600_000;
  const find = (order: Order, outcome: LookupOutcome, askedAt: number, facts?: PairFacts) =>
    settled(order, { kind: 'find', task: taskOf(order, 'find'), outcome, askedAt }, askedAt, facts);

  test('although it knows the stop it came from ends, when two look-ups past its trigger find nothing', () => {
    const order = anOrder(1, { status: 'open', type: 'STOP_MARKET' });
    const triggered = { status: 'triggered', triggeredOrderId: '99', executed: null, updatedAt: NOW + HOUR } as const;
    const forgotten = { kind: 'forgotten', report: report(order, triggered) } as const;
    const past = NOW + HOUR + CLAIM_MS;
    // A moment after the trigger the order may not be visible yet.
    for (const askedAt of [NOW + HOUR + 100, past - 2_000, past - 1]) {
      expect(find(order, forgotten, askedAt).order.status).toBe('triggered');
    }
    expect(find(order, forgotten, past).attempt).toMatchObject({ absences: 1, action: 'find', triggeredOrderId: '99' });
    expect(find(order, forgotten, past + 1_000).order.status).toBe('cancelled');
    expect(order.attempt).toMatchObject({ final: true, action: null });
  });

  test('is not ended by a trigger whose time nobody told', () => {
    const order = anOrder(1, { status: 'triggered', type: 'STOP_MARKET' });
    const forgotten = { kind: 'forgotten', report: report(order, { status: 'triggered', updatedAt: null }) } as const;
    for (const hours of [1, 2, 3]) find(order, forgotten, NOW + hours * HOUR);
    expect(order.status).toBe('triggered');
  });

  test('with its whole market ends, when market-data knows the market as closed too', () => {
    const gone = { kind: 'no_market', failure } as const;
    const facts = (status: 'trading' | 'closed') => ({ market: { ...marketRules, status } }) as unknown as PairFacts;
    const order = anOrder(1, { status: 'open' });
    for (const hours of [1, 2, 3]) find(order, gone, NOW + hours * HOUR, facts('trading'));
    for (const hours of [4, 5]) find(order, gone, NOW + hours * HOUR, undefined);
    expect(order).toMatchObject({ status: 'open', attempt: { absences: 0 } });
    const closed = facts('closed');
    find(order, gone, NOW + 6 * HOUR, closed);
    expect(order).toMatchObject({ status: 'open', attempt: { absences: 1, action: 'find' } });
    find(order, gone, NOW + 6 * HOUR + 1_000, closed);
    expect(order.status).toBe('cancelled');
  });

  test('with its market while it is being cancelled is looked up and not cancelled for ever', () => {
    const order = anOrder(1, { status: 'cancelling', wanted: 'gone' });
    const noSymbol: Failure = { ...failure, type: 'invalid_symbol', action: 'fail', code: '-1121' };
    const result = settled(order, {
      kind: 'cancel',
      task: taskOf(order, 'cancel'),
      outcome: { kind: 'refused', failure: noSymbol },
      lookup: { outcome: { kind: 'no_market', failure: noSymbol }, askedAt: NOW },
    });
    expect(result.order.status).toBe('unresolved_cancel');
    expect(result.attempt.action).toBe('find');
  });
});

test('a placement without an answer says nothing of an order the stream has shown and whose cancel is under way', () => {
  const order = anOrder(1, { status: 'submitting' });
  const lost: SettlingOutcome = {
    kind: 'place',
    task: taskOf(order, 'place'),
    outcome: { kind: 'unresolved', failure },
    live: null,
  };
  Object.assign(order, { status: 'cancelling', wanted: 'gone' });
  Object.assign(order.attempt!, { action: 'cancel', fence: 2 });
  const result = settled(order, lost);
  expect(result.order.status).toBe('cancelling');
  expect(result.attempt).toMatchObject({ action: 'cancel', claimedBy: 'replica-1' });
});

test("the order a stop became does not pass its id off as the stop's", () => {
  const order = anOrder(1, { status: 'submitting', type: 'STOP_MARKET' });
  const became = report(order, { exchangeOrderId: '99', triggeredOrderId: '99', status: 'triggered' });
  settled(order, seenAs(became));
  expect(order.attempt).toMatchObject({ exchangeOrderId: null, triggeredOrderId: '99' });
});

test('a stop that was refused at its trigger fails with the words of the exchange', () => {
  const order = anOrder(1, { status: 'open', type: 'STOP_MARKET' });
  const refused = report(order, { status: 'rejected', reason: 'Margin is insufficient.' });
  settled(order, seenAs(refused));
  expect(order).toMatchObject({
    status: 'rejected',
    failure: { message: expect.stringContaining('Margin is insufficient.') },
  });
});

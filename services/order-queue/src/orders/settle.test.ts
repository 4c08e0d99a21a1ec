import { describe, expect, test } from 'vitest';
import type { OrderStatus } from './order.ts';
import { type Learnt, type LearntFailure, type Report, settle, settleRules } from './settle.ts';
import { anOrder, now, type Over } from './settled-order.fixture.ts';

const report = (status: Report['status'], executed: string | null = null): Learnt => ({
  kind: 'report',
  report: { status, executed },
});

const failed = (over: Partial<LearntFailure> = {}): Learnt => ({
  kind: 'refused',
  failure: { type: 'unknown', action: 'fail', code: '-1', message: 'no', retryAfterMs: null, ...over },
});

const rateLimited = failed({ type: 'rate_limit', action: 'retry', code: '-1015', message: 'Too many new orders.' });

const after = (over: Over, learnt: Learnt, random = 0) => settle(anOrder(over), learnt, now, random);

describe('On an exchange with sessions', () => {
  const expired = report('expired', '4');

  test('what the close leaves of an order waits for the next session, however it was found', () => {
    for (const status of ['open', 'submitting', 'unresolved_place', 'cancelling', 'unresolved_cancel'] as const) {
      const settled = settle(anOrder({ status, carriesOver: true }), expired, now, 0);
      expect(settled).toMatchObject({ status: 'pending', attemptFinal: true, notify: null, retryAt: null });
      expect(settled.remaining.toFixed()).toBe('6');
    }
  });

  test('the close ends an order its owner wanted gone, one that is too small to be sent again, and a MARKET order', () => {
    const after = (over: Over, executed = '4') =>
      settle(anOrder({ status: 'open', carriesOver: true, ...over }), report('expired', executed), now, 0).status;
    expect(after({ wanted: 'gone' })).toBe('cancelled');
    expect(after({}, '9')).toBe('cancelled');
    expect(after({}, '10')).toBe('filled');
    expect(after({ carriesOver: false })).toBe('expired');
  });

  test('what ended otherwise waits for no session: a cancel by hand stays one, and a stop that has triggered is not armed again', () => {
    const order = (status: OrderStatus) => anOrder({ status, carriesOver: true });
    for (const status of ['open', 'submitting', 'triggered'] as const) {
      expect(settle(order(status), report('cancelled', '4'), now, 0).status).toBe('cancelled');
    }
    expect(settle(order('triggered'), expired, now, 0)).toMatchObject({ status: 'expired', attemptFinal: true });
  });

  test('a refusal for being closed counts as no try, and is tried again in a minute; a MARKET order fails', () => {
    const closed = failed({ action: 'session_closed', message: 'no session' });
    expect(settle(anOrder({ failures: 5 }), closed, now, 0)).toMatchObject({
      status: 'pending',
      failures: 5,
      retryAt: now + 60_000,
    });
    expect(settle(anOrder({ type: 'MARKET' }), closed, now, 0).status).toBe('failed');
    expect(settle(anOrder({ wanted: 'gone' }), closed, now, 0).status).toBe('cancelled');
  });
});

describe('An accepted placement', () => {
  test.each([
    ['open', 'open'],
    ['triggered', 'triggered'],
    ['filled', 'filled'],
    ['cancelled', 'cancelled'],
    ['rejected', 'rejected'],
    ['expired', 'expired'],
  ] as const)('that the exchange calls %s makes the order %s', (status, expected) => {
    for (const from of ['submitting', 'unresolved_place'] as const) {
      const settled = after({ status: from }, { kind: 'accepted', report: { status, executed: '0' } });
      expect(settled.status).toBe(expected);
    }
  });

  test('without word of its fill takes nothing for granted, unless it is called filled', () => {
    expect(after({}, report('open')).executedOfAttempt.toFixed()).toBe('0');
    expect(after({}, report('filled')).executedOfAttempt.toFixed()).toBe('10');
  });
});

describe('A refused placement', () => {
  test.each(['insufficient_balance', 'invalid_symbol', 'limit_exceeded', 'unknown'] as const)(
    'for %s is final, and a person hears of it once',
    (type) => {
      const settled = after({}, failed({ type, code: '-2019', message: 'Margin is insufficient.' }));
      expect(settled).toMatchObject({
        status: 'failed',
        attemptFinal: true,
        notify: 'order_failed',
        freesSlot: true,
        failure: { type, code: '-2019', message: 'Margin is insufficient.' },
      });
    },
  );

  test('for a rate limit waits and counts the failure', () => {
    expect(after({ failures: 1 }, rateLimited, 0.5)).toMatchObject({
      status: 'pending',
      failures: 2,
      retryAt: now + 1_500,
      notify: null,
      freesSlot: true,
      failure: { type: 'rate_limit' },
    });
  });

  test('obeys Retry-After', () => {
    const settled = after({}, failed({ type: 'rate_limit', action: 'retry', retryAfterMs: 90_000 }));
    expect(settled.retryAt).toBe(now + 90_000);
  });

  test('is retried five times; the sixth failure is final', () => {
    expect(after({ failures: 4 }, rateLimited)).toMatchObject({ status: 'pending', failures: 5 });
    expect(after({ failures: 5 }, rateLimited)).toMatchObject({
      status: 'failed',
      failures: 6,
      notify: 'order_failed',
      failure: { type: 'rate_limit' },
    });
  });

  test('because too many orders are open is no failure, and teaches a cap for ten minutes', () => {
    const requeue = failed({ type: 'limit_exceeded', action: 'requeue', code: '-2025' });
    expect(after({ failures: 5 }, requeue)).toMatchObject({
      status: 'pending',
      failures: 5,
      failure: null,
      retryAt: null,
      notify: null,
      learntCap: { kind: 'open', until: now + 600_000 },
    });
    expect(after({ type: 'STOP_MARKET' }, requeue).learntCap?.kind).toBe('conditional');
  });

  test('because too many orders are open is retried for MARKET, which waits for no slot', () => {
    const settled = after({ type: 'MARKET' }, failed({ type: 'limit_exceeded', action: 'requeue' }));
    expect(settled).toMatchObject({ status: 'pending', retryAt: now + 500, learntCap: null });
  });

  test('because of the key or the clock pauses the account and keeps the order', () => {
    const settled = after({}, failed({ action: 'pause_account', code: '-2015' }));
    expect(settled).toMatchObject({ status: 'pending', failures: 0, pauseAccount: true, notify: null });
  });

  test('of an order its owner wants gone just ends it, silently', () => {
    for (const learnt of [failed(), rateLimited, failed({ action: 'requeue' }), failed({ action: 'pause_account' })]) {
      expect(after({ wanted: 'gone' }, learnt)).toMatchObject({ status: 'cancelled', notify: null, learntCap: null });
    }
  });

  test('that is no proof (a duplicate id, an unknown outcome) is looked up first', () => {
    for (const action of ['adopt', 'resolve'] as const) {
      expect(after({}, failed({ action }))).toMatchObject({ status: 'unresolved_place', freesSlot: false });
    }
  });

  test('that comes after the order was found resting changes nothing', () => {
    expect(after({ status: 'open' }, failed())).toMatchObject({ status: 'open', notify: null });
  });
});

describe('A MARKET order', () => {
  test('is tried again within ten seconds of its receipt', () => {
    const settled = after({ type: 'MARKET', receivedAt: now - 9_000 }, rateLimited);
    expect(settled).toMatchObject({ status: 'pending', retryAt: now + 500 });
  });

  test('is final once its next try would come later than that', () => {
    const settled = after({ type: 'MARKET', receivedAt: now - 9_600 }, rateLimited);
    expect(settled).toMatchObject({ status: 'failed', notify: 'order_failed' });
  });

  test('older than thirty seconds expires with one message', () => {
    const settled = after({ type: 'MARKET', status: 'unresolved_place', receivedAt: now - 30_001 }, { kind: 'absent' });
    expect(settled).toMatchObject({ status: 'expired', notify: 'order_expired' });
    expect(settled.endedBecause).toContain('older than 30 s');
  });

  test('that finds no counterpart ends with what it executed', () => {
    const settled = after({ type: 'MARKET' }, report('expired', '4'));
    expect(settled).toMatchObject({ status: 'expired', attemptFinal: true, freesSlot: false });
    expect(settled.remaining.toFixed()).toBe('6');
  });
});

describe('A call that ends without proof', () => {
  test('keeps its slot', () => {
    expect(after({}, { kind: 'unresolved' })).toMatchObject({ status: 'unresolved_place', freesSlot: false });
    expect(after({ status: 'cancelling' }, { kind: 'unresolved' })).toMatchObject({
      status: 'unresolved_cancel',
      freesSlot: false,
    });
  });

  test('counts as a network error once the placement is proven absent', () => {
    expect(after({ status: 'unresolved_place' }, { kind: 'absent' })).toMatchObject({
      status: 'pending',
      failures: 1,
      failure: { type: 'network_error' },
      attemptFinal: true,
    });
    expect(after({ status: 'unresolved_place', failures: 5 }, { kind: 'absent' }).status).toBe('failed');
  });

  test('is adopted when the order is found', () => {
    expect(after({ status: 'unresolved_place' }, report('open', '3')).status).toBe('open');
  });
});

describe('A demoted order', () => {
  const cancelling: Over = { status: 'cancelling', wanted: 'parked' };

  test('goes back to pending with what is left, also when a fill overtook the cancel', () => {
    const settled = after({ ...cancelling, executedOfAttempt: 1 }, report('cancelled', '4'));
    expect(settled).toMatchObject({ status: 'pending', attemptFinal: true, retryAt: null, freesSlot: true });
    expect(settled.remaining.toFixed()).toBe('6');
  });

  test('counts what earlier attempts executed', () => {
    const settled = after({ ...cancelling, executedBefore: 5 }, report('cancelled', '3'));
    expect(settled).toMatchObject({ status: 'pending' });
    expect(settled.remaining.toFixed()).toBe('2');
  });

  test('ends when less is left than the market accepts, and says so', () => {
    const settled = after(cancelling, report('cancelled', '9'));
    expect(settled).toMatchObject({ status: 'cancelled', attemptFinal: true, notify: null });
    expect(settled.endedBecause).toBe('1 were left, less than the 2 the market accepts');
  });

  test('is filled when nothing is left', () => {
    expect(after(cancelling, report('filled')).status).toBe('filled');
    expect(after(cancelling, report('cancelled', '10')).status).toBe('filled');
    expect(after({ ...cancelling, attemptQuantity: 11 }, report('cancelled', '10')).status).toBe('filled');
    expect(after({ ...cancelling, executedBefore: 4 }, report('cancelled', '6')).status).toBe('filled');
  });

  test('is cancelled for good when its owner meanwhile wants it gone', () => {
    expect(after({ status: 'cancelling', wanted: 'gone' }, report('cancelled', '4'))).toMatchObject({
      status: 'cancelled',
      endedBecause: null,
    });
  });

  test('stays on its way out while reports still call it open', () => {
    for (const status of ['cancelling', 'unresolved_cancel'] as const) {
      expect(after({ status }, report('open', '1'))).toMatchObject({ status, freesSlot: false });
      expect(after({ status }, report('triggered')).status).toBe(status);
    }
  });

  test('stays in flight while the report of its end does not say what it executed', () => {
    expect(after(cancelling, report('cancelled'))).toMatchObject({ status: 'unresolved_cancel', attemptFinal: false });
    expect(after({ status: 'open' }, report('cancelled'))).toMatchObject({ status: 'open', attemptFinal: false });
    expect(after({}, report('expired')).status).toBe('unresolved_place');
  });

  test('rests again when the cancel is proven without effect', () => {
    for (const status of ['cancelling', 'unresolved_cancel'] as const) {
      const open = { status: 'open', executed: '1' } as const;
      expect(after({ status }, { kind: 'cancel_failed', report: null }).status).toBe('open');
      expect(after({ status }, { kind: 'cancel_failed', report: open }).executedOfAttempt.toFixed()).toBe('1');
      expect(after({ status }, { kind: 'cancel_failed', report: { ...open, status: 'triggered' } }).status).toBe(
        'triggered',
      );
    }
  });

  test('whose cancel was refused because it had filled is filled', () => {
    const learnt: Learnt = { kind: 'cancel_failed', report: { status: 'filled', executed: '10' } };
    expect(after(cancelling, learnt)).toMatchObject({ status: 'filled', attemptFinal: true });
  });
});

describe('The exchange ends an order of its own accord', () => {
  test('and it is not sent again', () => {
    expect(after({ status: 'open' }, report('cancelled', '4'))).toMatchObject({
      status: 'cancelled',
      endedBecause: 'cancelled by the exchange',
      freesSlot: true,
    });
    expect(after({ status: 'triggered' }, report('expired', '0')).status).toBe('expired');
    expect(after({ status: 'cancelling', wanted: 'parked' }, report('expired', '0')).status).toBe('expired');
  });

  test('by rejecting it after accepting it, which a person hears of', () => {
    expect(after({ status: 'open' }, report('rejected'))).toMatchObject({ status: 'rejected', notify: 'order_failed' });
  });

  test('and forgets it, in which case it is not sent again either, since its fill is not known', () => {
    expect(after({ status: 'open' }, { kind: 'absent' })).toMatchObject({
      status: 'cancelled',
      endedBecause: 'the exchange does not know it any more',
    });
    expect(after({ status: 'unresolved_cancel', wanted: 'parked' }, { kind: 'absent' }).status).toBe('cancelled');
  });
});

describe('A report that comes late, twice or out of order', () => {
  test('never takes back a fill', () => {
    const settled = after({ status: 'open', executedOfAttempt: 5 }, report('open', '3'));
    expect(settled.executedOfAttempt.toFixed()).toBe('5');
  });

  test('does not bring an ended order back', () => {
    for (const status of ['filled', 'cancelled', 'rejected', 'failed', 'expired'] as const) {
      expect(after({ status }, report('open'))).toMatchObject({ status, freesSlot: false, notify: null });
    }
  });

  test('does not bring a triggered stop back', () => {
    expect(after({ status: 'triggered', type: 'STOP_LIMIT' }, report('open')).status).toBe('triggered');
  });

  test('completes a cancelled or expired order when a fill had overtaken it', () => {
    for (const status of ['cancelled', 'expired'] as const) {
      expect(after({ status, executedOfAttempt: 7 }, report('filled')).status).toBe('filled');
      expect(after({ status, executedOfAttempt: 7 }, report('cancelled', '8'))).toMatchObject({ status });
    }
  });

  test('does not send a waiting order into flight', () => {
    expect(after({ status: 'pending' }, report('open')).status).toBe('pending');
    expect(after({ status: 'pending', executedOfAttempt: 3 }, report('cancelled', '10')).status).toBe('filled');
    expect(after({ status: 'pending', executedOfAttempt: 3 }, report('cancelled', '9')).status).toBe('cancelled');
    expect(after({ status: 'pending', executedOfAttempt: 3 }, report('cancelled', '4')).status).toBe('pending');
  });
});

describe('A slot', () => {
  test('becomes free when an order leaves the exchange, and its conditional part when a stop triggers', () => {
    expect(after({ status: 'open' }, report('filled')).freesSlot).toBe(true);
    expect(after({ status: 'open', type: 'STOP_MARKET' }, report('triggered')).freesSlot).toBe(true);
    expect(after({ status: 'open' }, report('open')).freesSlot).toBe(false);
    expect(after({ type: 'MARKET' }, report('filled')).freesSlot).toBe(false);
  });
});

test('Settling uses the numbers of the rules it is given', () => {
  const rules = { ...settleRules, maxRetries: 0 };
  expect(settle(anOrder(), rateLimited, now, 0, rules).status).toBe('failed');
});

import { type Exchange, failureTable, type PlaceOutcome } from '@sluice/exchange';
import { describe, expect, test } from 'vitest';
import { anOrder, NOW } from '../planning/order.fixture.ts';
import { performTasks } from './perform-tasks.ts';
import { type SendTask, sendTaskOf } from './send-task.ts';

/** A MARKET order whose time ends a second from now, and an exchange that counts what reaches it. */
function marketOrder(answers: PlaceOutcome[], sendBefore: number | null = NOW + 1_000) {
  const order = anOrder(1, { type: 'MARKET', status: 'submitting', sendBefore });
  const clock = { now: NOW };
  let sent = 0;
  const exchange = {
    place: async () => [answers[sent++]!],
    syncClock: async () => {
      clock.now += 3_000;
    },
  } as unknown as Exchange;
  const deps = {
    connect: async () => exchange,
    prepare: async () => {},
    halted: async (tasks: SendTask[]) => tasks.map(() => null),
    note: async () => true,
    ownNumbers: async () => [],
    renew: async (tasks: SendTask[], signedAt: number) => {
      clock.now += renewalMs;
      return tasks.map((task) => ({ ...task, signedAt }));
    },
    admit: () => true,
    record: () => {},
    now: () => clock.now,
  };
  let renewalMs = 0;
  const task = { ...sendTaskOf(order, {}), immediate: true };
  return {
    send: async (signedAt: number, renewal = 0) => {
      renewalMs = renewal;
      const outcomes = await performTasks([{ ...task, signedAt }], deps);
      return { outcomes, sent };
    },
  };
}

const clockRefusal: PlaceOutcome = {
  kind: 'refused',
  failure: {
    type: 'network_error',
    action: 'sync_clock',
    code: '-1021',
    message: 'outside the window',
    retryAfterMs: null,
  },
};

test('a MARKET order whose time ends while its claim is renewed is not sent', async () => {
  const { outcomes, sent } = await marketOrder([]).send(NOW - 2_000, 1_500);
  expect(sent).toBe(0);
  expect(outcomes).toMatchObject([
    { outcome: { kind: 'refused', failure: { message: expect.stringContaining('its time was over') } } },
  ]);
});

test('a MARKET order whose time ends while the clock is measured is not sent a second time', async () => {
  const { outcomes, sent } = await marketOrder([clockRefusal]).send(NOW);
  expect(sent).toBe(1);
  expect(outcomes).toMatchObject([
    { outcome: { kind: 'refused', failure: { message: expect.stringContaining('its time was over') } } },
  ]);
});

// On Binance spot an id is free again once its order is filled: there a second send under it is a second order.
describe('One id is sent once', () => {
  const failures = failureTable
    .filter(({ calls }) => calls === undefined || calls.includes('place'))
    .map(({ market, code, outcome, type, action, meaning }) => {
      const failure = { type, action, code, message: meaning, retryAfterMs: null };
      const kind = outcome === 'refused' ? ('refused' as const) : ('unresolved' as const);
      return { market, code, meaning, answer: { kind, failure } satisfies PlaceOutcome };
    });
  const provesAbsent = ({ answer }: (typeof failures)[number]) =>
    answer.kind === 'refused' && answer.failure.action === 'sync_clock';

  test.each(failures.filter((one) => !provesAbsent(one)))('after $market $code: $meaning', async ({ answer }) => {
    const { sent, outcomes } = await marketOrder([answer, answer], null).send(NOW);
    expect(sent).toBe(1);
    expect(outcomes).toMatchObject([{ kind: 'place', outcome: answer }]);
  });

  test('and again only where the exchange has refused it for its time alone, before any matching', async () => {
    expect(failures.filter(provesAbsent).map(({ market, code }) => `${market} ${code}`)).toEqual(
      expect.arrayContaining(['binance-spot -1021']),
    );
    expect((await marketOrder([clockRefusal, clockRefusal], null).send(NOW)).sent).toBe(2);
  });
});

import { type DayOrder, type Exchange, ExchangeError } from '@sluice/exchange';
import { describe, expect, test } from 'vitest';
import { anOrder, NOW } from '../planning/order.fixture.ts';
import type { AccountSenderDeps } from './account-sender.ts';
import { findLost, noteFirst } from './noted-sends.ts';
import { performTasks } from './perform-tasks.ts';
import { sendTaskOf } from './send-task.ts';

const task = { ...sendTaskOf(anOrder(1, { status: 'submitting' }), {}), venue: 'kis' as const };
const like = (exchangeOrderId: string) =>
  ({ ...task.request, clientOrderId: null, exchangeOrderId, placedAt: NOW + 500 }) as unknown as DayOrder;
const venueWith = (...day: DayOrder[]) => ({ venue: 'kis', ordersOfDay: async () => day }) as unknown as Exchange;

/** What the note takes, in ms, and what it says. */
function aProcess({ noteMs = 0, kept = true, ours = [] as string[] }) {
  let now = NOW;
  const noted: string[][] = [];
  const deps = {
    now: () => now,
    async note(_: unknown, numbers: string[]) {
      noted.push(numbers);
      now += noteMs;
      return kept;
    },
    ownNumbers: async () => ours,
  } as unknown as AccountSenderDeps;
  return { deps, noted };
}

describe('a placement that is noted', () => {
  test('leaves signed with the instant of its note', async () => {
    const { deps, noted } = aProcess({ noteMs: 2_000 });
    expect(await noteFirst([{ ...task, signedAt: NOW - 900 }], venueWith(like('5')), deps)).toMatchObject({
      noted: [{ signedAt: NOW }],
      failed: [],
    });
    expect(noted).toEqual([['5']]);
  });

  test('does not leave where the process stood still meanwhile: others may look for it by now', async () => {
    const { deps } = aProcess({ noteMs: 2_001 });
    expect(await noteFirst([task], venueWith(), deps)).toMatchObject({
      noted: [],
      failed: [{ kind: 'place', outcome: { kind: 'refused', failure: { action: 'retry' } } }],
    });
  });

  test('neither leaves nor is told of where its claim is another’s', async () => {
    const { deps } = aProcess({ kept: false });
    expect(await noteFirst([task], venueWith(), deps)).toEqual({ noted: [], failed: [] });
  });
});

test('an order that is known as another of ours is no candidate for a lost one', async () => {
  const { deps } = aProcess({ ours: ['6'] });
  const lost = { ...task, noted: { numbers: new Set(['5']), at: NOW } };
  expect(await findLost(lost, venueWith(like('5'), like('6'), like('7')), deps)).toMatchObject({
    kind: 'lost',
    candidates: [{ exchangeOrderId: '7' }],
  });
});

test('a placement whose list of the day cannot be read is told as not sent, and is not', async () => {
  const failure = {
    type: 'network_error',
    action: 'resolve',
    code: null,
    message: 'no answer',
    retryAfterMs: null,
  } as const;
  const placed: unknown[] = [];
  const exchange = {
    venue: 'kis',
    ordersOfDay: async () => Promise.reject(new ExchangeError(failure)),
    place: async (orders: unknown[]) => void placed.push(...orders),
  } as unknown as Exchange;
  const { deps } = aProcess({});
  const outcomes = await performTasks([{ ...task, signedAt: NOW }], {
    ...deps,
    connect: async () => exchange,
    prepare: async () => {},
    halted: async () => [null],
  });
  expect(outcomes).toMatchObject([{ kind: 'place', outcome: { kind: 'refused', failure: { action: 'retry' } } }]);
  expect(placed).toEqual([]);
});

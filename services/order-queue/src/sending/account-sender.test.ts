import { type Exchange, ExchangeError, type Failure, type OrderRef, type PlaceOrder } from '@sluice/exchange';
import { describe, expect, test, vi } from 'vitest';
import { anOrder, NOW } from '../planning/order.fixture.ts';
import { reportOf } from '../testing/test-queue.ts';
import { AccountSender } from './account-sender.ts';
import type { SettlingOutcome } from './outcome.ts';
import { type SendTask, sendTaskOf } from './send-task.ts';

const failure: Failure = {
  type: 'network_error',
  action: 'retry',
  code: 'http 503',
  message: 'away',
  retryAfterMs: null,
};

/** A sender on an exchange that has the orders `has` says, with room for what `admits` says. */
function aSender(options: {
  has?: (clientOrderId: string) => boolean;
  away?: boolean;
  hangs?: (clientOrderId: string) => boolean;
  admits?: (task: SendTask) => boolean;
}) {
  const calls = { lists: 0, finds: [] as string[], places: [] as string[], cancels: 0 };
  const recorded: SettlingOutcome[] = [];
  let all: SendTask[] = [];
  const there = (clientOrderId: string) => options.has?.(clientOrderId) ?? true;
  const exchange = {
    async openOrders(symbol: string) {
      calls.lists += 1;
      if (options.away) throw new ExchangeError(failure);
      return all
        .filter((task) => task.symbol === symbol && there(task.request.clientOrderId))
        .map((task) => reportOf(task));
    },
    async find({ clientOrderId }: OrderRef) {
      calls.finds.push(clientOrderId);
      return options.away ? { kind: 'unavailable', failure } : { kind: 'absent' };
    },
    async place(orders: PlaceOrder[]) {
      calls.places.push(...orders.map((order) => order.clientOrderId));
      if (orders.some((order) => options.hangs?.(order.clientOrderId))) await new Promise(() => {});
      return orders.map((request) => ({ kind: 'accepted', report: reportOf({ request } as SendTask) }));
    },
    async cancel(orders: OrderRef[]) {
      calls.cancels += orders.length;
      return orders.map(() => ({ kind: 'refused', failure }));
    },
  } as unknown as Exchange;
  const sender = new AccountSender({
    connect: async () => exchange,
    prepare: async () => {},
    halted: async (tasks) => tasks.map(() => null),
    note: async () => true,
    ownNumbers: async () => [],
    renew: async (tasks, signedAt) => tasks.map((task) => ({ ...task, signedAt })),
    admit: (batch) => options.admits?.(batch[0]!) ?? true,
    record: (outcomes) => void recorded.push(...outcomes),
    now: () => NOW,
  });
  const add = (tasks: SendTask[]) => {
    all = [...all, ...tasks];
    sender.add(tasks);
  };
  return { sender, add, calls, recorded };
}

/** One task of an action for each of some orders, spread over symbols. */
function tasks(action: SendTask['action'], count: number, symbols = ['BTC/USDT'], immediate = false): SendTask[] {
  return Array.from({ length: count }, (_, place) => {
    const order = anOrder(place + (action === 'cancel' ? 1_001 : 1), { status: 'submitting' });
    order.attempt!.action = action;
    const task = sendTaskOf(order, {});
    const request = { ...task.request, clientOrderId: `${action}-${place}`, symbol: symbols[place % symbols.length]! };
    return { ...task, symbol: request.symbol, immediate, request, signedAt: NOW };
  });
}

describe('look-ups that are due together', () => {
  test('begin with one list of each pair: 400 orders of unknown state over 4 pairs cost 4 requests', async () => {
    const { add, calls, recorded } = aSender({});
    add(tasks('find', 400, ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT']));
    await vi.waitFor(() => expect(recorded).toHaveLength(400));
    expect(calls).toMatchObject({ lists: 4, finds: [] });
    for (const outcome of recorded) expect(outcome).toMatchObject({ kind: 'find', outcome: { kind: 'found' } });
  });

  test('ask by itself for what the list does not show, which proves nothing', async () => {
    const { add, calls, recorded } = aSender({ has: (id) => !id.endsWith('7') });
    add(tasks('find', 50));
    await vi.waitFor(() => expect(recorded).toHaveLength(50));
    expect(calls.lists).toBe(1);
    expect(calls.finds.sort()).toEqual(['find-17', 'find-27', 'find-37', 'find-47', 'find-7']);
  });

  test('cost an exchange that is away a few requests, not one for each order', async () => {
    const { add, calls, recorded } = aSender({ away: true });
    add(tasks('find', 100));
    await vi.waitFor(() => expect(recorded).toHaveLength(100));
    expect(calls.lists + calls.finds.length).toBe(4);
    for (const outcome of recorded) expect(outcome).toMatchObject({ kind: 'find', outcome: { kind: 'unavailable' } });
  });

  test('are asked for by themselves where they are few', async () => {
    const { add, calls, recorded } = aSender({});
    add(tasks('find', 3));
    await vi.waitFor(() => expect(recorded).toHaveLength(3));
    expect(calls).toMatchObject({ lists: 0, finds: { length: 3 } });
  });
});

test('cancels and MARKET orders pass LIMIT orders whose requests hang', async () => {
  const { add, calls } = aSender({ hangs: (id) => id.startsWith('place') });
  const symbols = Array.from({ length: 12 }, (_, place) => `S${place}/USDT`);
  add(tasks('place', 12, symbols));
  add(tasks('cancel', 1, ['BTC/USDT'], true));
  await vi.waitFor(() => expect(calls.cancels).toBe(1));
  expect(calls.places).toHaveLength(6);
});

test('MARKET orders whose requests hang leave LIMIT orders room', async () => {
  const { add, calls } = aSender({ hangs: () => true });
  add(
    tasks(
      'place',
      6,
      Array.from({ length: 6 }, (_, place) => `S${place}/USDT`),
      true,
    ),
  );
  add(tasks('place', 2, ['BTC/USDT']));
  await vi.waitFor(() => expect(calls.places).toHaveLength(8));
});

describe('without room in the rate limits', () => {
  test('LIMIT orders wait in their order while cancels and MARKET orders pass', async () => {
    let open = false;
    const { sender, add, calls } = aSender({ admits: (task) => open || task.immediate });
    add(tasks('place', 12));
    add(tasks('cancel', 2, undefined, true));
    await vi.waitFor(() => expect(calls.cancels).toBe(2));
    expect(calls.places).toEqual([]);
    expect(sender.waitingOrders).toBe(12);
    open = true;
    sender.pump();
    await vi.waitFor(() => expect(calls.places).toHaveLength(12));
    expect(calls.places).toEqual(Array.from({ length: 12 }, (_, place) => `place-${place}`));
  });
});

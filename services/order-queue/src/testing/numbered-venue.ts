import type { DayOrder, Exchange, OrderRef, PlaceOrder, PlaceOutcome } from '@sluice/exchange';
import { type ClaimedAttempt, claimDueAttempts, renewClaims } from '../db/claims.ts';
import { noteDayOrders, readOwnNumbers } from '../db/note-day-orders.ts';
import type { AccountSenderDeps } from '../sending/account-sender.ts';
import type { SettlingOutcome } from '../sending/outcome.ts';
import { performTasks } from '../sending/perform-tasks.ts';
import { claimedTask, type SendTask } from '../sending/send-task.ts';
import type { TestQueue } from './test-queue.ts';

/** Where the process that sends is killed; `wire`: the venue has taken the order, or not. */
export type Death = 'before the note' | 'after the note' | 'after the wire';

/** The answer to a placement is lost, and the venue has the order or has not. */
export type Loss = 'taken' | 'not taken';

const lost: PlaceOutcome = {
  kind: 'unresolved',
  failure: { type: 'network_error', action: 'resolve', code: 'timeout', message: 'no answer', retryAfterMs: null },
};

/**
 * A venue that numbers the orders of its day and knows no ids of ours, and the sending part of a process in front of it.
 * What is claimed is performed over the real claims and notes of a test queue.
 */
export function createNumberedVenue(queue: TestQueue) {
  const day: DayOrder[] = [];
  const placed: string[] = [];
  let loss: Loss | null = null;
  let number = 0;

  const add = (order: PlaceOrder, changes: Partial<DayOrder> = {}): DayOrder => {
    number += 1;
    const taken: DayOrder = {
      clientOrderId: null,
      exchangeOrderId: `20261123-06010-${String(number).padStart(10, '0')}`,
      triggeredOrderId: null,
      symbol: order.symbol,
      side: order.side,
      type: order.type,
      conditional: false,
      status: 'open',
      price: order.price,
      stopPrice: order.stopPrice,
      quantity: order.quantity,
      executed: '0',
      averagePrice: null,
      reduceOnly: false,
      updatedAt: Date.now(),
      placedAt: Date.now(),
      ...changes,
    };
    day.push(taken);
    return taken;
  };
  const exchange = {
    venue: 'kis',
    ordersOfDay: async (symbol: string) =>
      day.filter((order) => order.symbol === symbol).map((order) => ({ ...order })),
    openOrders: async (symbol: string) => day.filter((order) => order.symbol === symbol && order.status === 'open'),
    find: async ({ exchangeOrderId }: OrderRef) => {
      const report = day.find((order) => order.exchangeOrderId === exchangeOrderId);
      return report === undefined ? { kind: 'absent' } : { kind: 'found', report: { ...report } };
    },
    async place([order]: PlaceOrder[]) {
      placed.push(order!.clientOrderId);
      if (loss !== 'not taken') add(order!);
      if (loss !== null) return [lost];
      return [{ kind: 'accepted', report: { ...day.at(-1)!, executed: null } }];
    },
  } as unknown as Exchange;

  const depsOf = (replica: string, death: Death | null): AccountSenderDeps => ({
    connect: async () => exchange,
    prepare: async () => {},
    // Asked twice, before anything and behind the note.
    halted: async (tasks) => tasks.map(() => (death === 'after the note' && noted ? 'killed' : null)),
    renew: async (tasks, signedAt) => {
      const kept = await renewClaims(queue.sql, replica, tasks, signedAt);
      return tasks.filter((t) => kept.some((k) => k.orderId === t.orderId)).map((task) => ({ ...task, signedAt }));
    },
    note: async (task, numbers, at) => {
      if (death === 'before the note') throw new Error('killed');
      noted = await noteDayOrders(queue.sql, replica, task, numbers, at);
      return noted;
    },
    ownNumbers: (task, numbers) => readOwnNumbers(queue.sql, task.account, task.symbol, numbers),
    admit: () => true,
    record: () => {},
    now: Date.now,
  });
  let noted = false;

  return {
    day,
    /** Client order ids of what was put on the wire, each send. */
    placed,
    exchange,
    /** Somebody else's order, or one of ours that the venue shows late. */
    add,
    lose(next: Loss | null) {
      loss = next;
    },
    /** What becomes of some tasks; nothing is recorded. */
    perform: async (tasks: SendTask[], replica = 'replica-1'): Promise<SettlingOutcome[]> =>
      (await Promise.all(tasks.map((task) => performTasks([task], depsOf(replica, null))))).flat(),
    /** Performs a task until the process is killed: nothing of it is recorded. */
    async die(task: SendTask, death: Death): Promise<void> {
      noted = false;
      await performTasks([task], depsOf('replica-1', death));
    },
    /** What another process takes over once claims have run out and look-ups are due. */
    async takeOver(replica = 'replica-2'): Promise<SendTask[]> {
      await queue.sql`update orders.attempt set due_at = clock_timestamp() where action is not null`;
      const claimed: ClaimedAttempt[] = await claimDueAttempts(queue.sql, replica, 100, Date.now());
      return claimed.map((attempt) => claimedTask(attempt, Date.now()));
    },
    /** As if everything had happened that much earlier. */
    async later(ms: number): Promise<void> {
      for (const order of day) order.placedAt -= ms;
      await queue.sql`
        update orders.attempt set noted_at = noted_at - ${ms} * interval '1 ms',
          signed_at = signed_at - ${ms} * interval '1 ms'`;
    },
  };
}

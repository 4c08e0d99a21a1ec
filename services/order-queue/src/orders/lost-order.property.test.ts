import type { Side } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { couldBeLost, judgeLostOrder, LOST_AFTER_MS } from './lost-order.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { OrderStatus } from './order.ts';

/** A request is given up ten seconds after it began, and what had reached the venue by then is taken in soon. */
const LATEST_ARRIVAL_MS = 20_000;

type Ours = {
  id: number;
  side: Side;
  price: string;
  status: OrderStatus;
  withPerson: boolean;
  sends: number;
  noted: ReadonlySet<string>;
  sentAt: number | null;
  /** What the venue calls it, once we know. */
  number: string | null;
};
type Listed = { exchangeOrderId: string; of: number | null; side: Side; price: string; placedAt: number };
const shape = { type: 'LIMIT', quantity: '7', stopPrice: null } as const;

/** One symbol of one account: our rows, the venue's list, and requests that are still under way. */
function createWorld(orders: { side: Side; price: string }[]) {
  const rows: Ours[] = orders.map((order, id) => ({
    ...order,
    ...{ id, status: 'pending', withPerson: false, sends: 0, noted: new Set<string>(), sentAt: null, number: null },
  }));
  const day: Listed[] = [];
  const underWay: { row: Ours; arrivesAt: number }[] = [];
  let now = 1_000_000;
  const list = (of: Ours | null, side: Side, price: string) =>
    day.push({ exchangeOrderId: String(day.length + 1), of: of?.id ?? null, side, price, placedAt: now });
  return {
    rows,
    day,
    plan(fate: 'answered' | 'answer lost' | 'late' | 'never arrives' | 'dies before the note', delayMs: number) {
      const pending = rows.filter(({ status }) => status === 'pending');
      for (const row of oneAtATime(pending, rows)) {
        row.status = 'submitting';
        if (fate === 'dies before the note') continue;
        row.noted = new Set(day.map(({ exchangeOrderId }) => exchangeOrderId));
        row.sentAt = now;
        row.sends += 1;
        if (fate === 'late') underWay.push({ row, arrivesAt: now + delayMs });
        if (fate === 'answered' || fate === 'answer lost') list(row, row.side, row.price);
        if (fate === 'answered') Object.assign(row, { status: 'open', number: day.at(-1)!.exchangeOrderId });
      }
    },
    byHand: (side: Side, price: string) => void list(null, side, price),
    lookUp() {
      const ours = new Set(rows.flatMap(({ number }) => number ?? []));
      for (const row of rows) {
        if ((row.status !== 'submitting' && row.status !== 'unresolved_place') || row.withPerson) continue;
        const sent = { ...shape, side: row.side, price: row.price };
        const seen = day.map((order) => ({ ...shape, ...order }));
        const candidates = row.sentAt === null ? [] : couldBeLost(sent, row.sentAt, seen, { noted: row.noted, ours });
        const judged = judgeLostOrder(candidates.length, row.sentAt, now).kind;
        row.status = 'unresolved_place';
        if (judged === 'adopt') Object.assign(row, { status: 'open', number: candidates[0]!.exchangeOrderId });
        if (judged === 'never_sent') row.status = 'pending';
        if (judged === 'person') row.withPerson = true;
      }
    },
    pass(ms: number) {
      now += ms;
      for (const arrived of underWay.splice(0)) {
        if (arrived.arrivesAt > now) underWay.push(arrived);
        else list(arrived.row, arrived.row.side, arrived.row.price);
      }
    },
  };
}

const side = fc.constantFrom<Side[]>('buy', 'sell');
const price = fc.constantFrom('71200', '71100');
const fate = fc.constantFrom('answered', 'answer lost', 'late', 'never arrives', 'dies before the note');
const step = fc.oneof(
  fc.record({ do: fc.constant('plan' as const), fate, delayMs: fc.integer({ min: 0, max: LATEST_ARRIVAL_MS }) }),
  fc.record({ do: fc.constant('look up' as const) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 100, max: 30_000 }) }),
);
const byHand = fc.record({ do: fc.constant('by hand' as const), side, price });
const orders = fc.array(fc.record({ side, price }), { minLength: 1, maxLength: 5 });
type Step = typeof step | typeof byHand extends fc.Arbitrary<infer One> ? One : never;

function live(orders: { side: Side; price: string }[], steps: readonly Step[]) {
  const world = createWorld(orders);
  for (const one of steps) {
    if (one.do === 'plan') world.plan(one.fate, one.delayMs);
    if (one.do === 'look up') world.lookUp();
    if (one.do === 'pass') world.pass(one.ms);
    if (one.do === 'by hand') world.byHand(one.side, one.price);
    for (const row of world.rows) expect(row.sends, 'never put on the wire twice').toBeLessThan(2);
  }
  // All that is under way has arrived, and whoever is asked about has been.
  for (const ms of [LATEST_ARRIVAL_MS, LOST_AFTER_MS, 1]) {
    world.pass(ms);
    world.lookUp();
  }
  const known = world.rows.flatMap(({ number }) => number ?? []);
  expect(new Set(known).size, 'no number is of two orders').toBe(known.length);
  return world;
}

describe('Whatever is lost, late or never sent', () => {
  test('with nobody else on the account: what arrived is found as what it is, what did not is a person’s', () => {
    fc.assert(
      fc.property(orders, fc.array(step, { maxLength: 30 }), (sent, steps) => {
        const { rows, day } = live(sent, steps);
        for (const row of rows) {
          const there = day.find((order) => order.of === row.id);
          if (there === undefined) expect([row.number, row.sends === 1]).toEqual([null, row.withPerson]);
          else expect([row.status, row.number]).toEqual(['open', there.exchangeOrderId]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('with orders placed by hand among them: what is taken for ours is like it in everything, and was not there before', () => {
    fc.assert(
      fc.property(orders, fc.array(fc.oneof(step, byHand), { maxLength: 30 }), (sent, steps) => {
        const { rows, day } = live(sent, steps);
        for (const row of rows) {
          const adopted = day.find((order) => order.exchangeOrderId === row.number);
          if (adopted === undefined) continue;
          // The one mistake that can be made: one placed by hand was taken for an order still on its way, and that, once
          // there, for the next one. All three are alike.
          if (adopted.of !== row.id && adopted.of !== null) {
            const taken = day.find((order) => order.exchangeOrderId === rows[adopted.of!]!.number);
            expect(taken?.of, 'only an order by hand can have been taken for it').not.toBe(adopted.of);
            expect(day.some((order) => order.of === null && order.side === row.side && order.price === row.price)).toBe(
              true,
            );
          }
          expect([adopted.side, adopted.price]).toEqual([row.side, row.price]);
          expect(row.noted.has(adopted.exchangeOrderId), 'it was there before it was sent').toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

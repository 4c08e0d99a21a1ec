import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { updateOpenOrders } from '../jobs/update-open-orders.ts';
import type { Outcome } from '../sending/outcome.ts';
import { createNumberedVenue } from '../testing/numbered-venue.ts';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';

const stock = { symbol: '005930/KRW', price: '71200' } as const;
const DAY = 24 * 3_600_000;
/** The date in Korea, so many days from now. */
const koreanDay = (from: number) => new Date(Date.now() + from * DAY + 9 * 3_600_000).toISOString().slice(0, 10);

let queue: TestQueue;
let venue: ReturnType<typeof createNumberedVenue>;

beforeAll(async () => {
  queue = await createTestQueue(inject('databaseUrl'), { venue: 'kis' });
  await queue.market(stock.symbol, { open: 20 });
});
beforeEach(async () => {
  await queue.sql`truncate orders.entry, orders.attempt, orders.event, orders.rebalance_due, orders.session_closed cascade`;
  venue = createNumberedVenue(queue);
});
afterAll(() => queue.end());

/** Every day is a holiday but those so many days from now, which have these hours. */
async function sessions(hours: Record<number, string>) {
  const near = Array.from({ length: 12 }, (_, at) => at - 4);
  const open = Object.keys(hours).map((day) => koreanDay(Number(day)));
  const closed = near.map(koreanDay).filter((day) => !open.includes(day));
  const special = Object.fromEntries(Object.entries(hours).map(([day, of]) => [koreanDay(Number(day)), of]));
  await queue.sql`
    update config.venue set closed_days = ${queue.sql.json(closed)}, open_days = ${queue.sql.json(open)},
      special_hours = ${queue.sql.json(special)}`;
  await queue.reconfigure();
}
const allDay = { [-1]: '00:00-24:00', 0: '00:00-24:00', 1: '00:00-24:00' };

describe('outside the hours of its exchange', () => {
  test('an order waits, says why, and is due when the exchange opens', async () => {
    await sessions({ 3: '09:00-15:30' });
    const { committed } = await queue.plan([stock, { ...stock, type: 'STOP_LIMIT', stopPrice: '71000' }]);
    expect(committed.tasks).toEqual([]);
    expect((await queue.orders()).map(({ status, wanted }) => [status, wanted])).toEqual([
      ['pending', 'parked'],
      ['pending', 'parked'],
    ]);
    const opensAt = Date.parse(`${koreanDay(3)}T09:00:00+09:00`);
    const [due] = await queue.due();
    expect(Math.abs(due!.seconds - (opensAt - Date.now()) / 1_000)).toBeLessThan(5);
    expect(await queue.sql`select venue, opens_at from orders.closed_venue`).toEqual([
      { venue: 'kis', opens_at: new Date(opensAt) },
    ]);
    const why = `KRX is closed; it opens at ${koreanDay(3)} 09:00 (Asia/Seoul)`;
    expect(await queue.sql`select detail ->> 'why' as why from orders.event where kind = 'queued' order by id`).toEqual(
      [{ why }, { why }],
    );
    // The opening, as the tick meets it.
    await sessions(allDay);
    await queue.bringForward();
    expect((await queue.tick()).map(({ request }) => request.type)).toEqual(['LIMIT']);
  });

  test('a cancel of what waits is carried out all the same', async () => {
    await sessions({ 3: '09:00-15:30' });
    await queue.plan([stock]);
    await queue.plan([{ ...stock, type: 'CANCEL_ALL_ORDER', side: null, price: null }]);
    expect((await queue.orders()).map(({ status }) => status)).toEqual(['cancelled']);
  });
});

describe('at the close of its session', () => {
  /** Polls as the job does, and records what was seen. */
  async function poll() {
    await queue.sql`update orders.entry set updated_at = now() - interval '1 minute'`;
    const outcomes: Outcome[] = [];
    const run = updateOpenOrders({
      ...{ sql: queue.sql, configuration: queue.configuration, now: Date.now, announceUnknown: async () => {} },
      exchanges: { of: async () => venue.exchange, forSending: async () => venue.exchange, close: async () => {} },
      report: (_, seen) => void outcomes.push(...seen),
    });
    await run({ signal: new AbortController().signal, slot: new Date(), log: undefined as never });
    await queue.record(outcomes);
    return outcomes;
  }
  async function restOvernight() {
    await sessions(allDay);
    const { committed } = await queue.plan([stock]);
    await queue.record(await venue.perform(committed.tasks));
    expect((await queue.orders()).map(({ status }) => status)).toEqual(['open']);
    // Sent the day before yesterday, in the session of that day; the next one is in three days.
    await queue.sql`update orders.attempt set created_at = created_at - interval '2 days', noted_at = noted_at - interval '2 days',
      signed_at = signed_at - interval '2 days'`;
    await sessions({ [-2]: '00:00-24:00', 3: '09:00-15:30' });
  }

  test('what is left of a LIMIT order waits for the next session, whatever the list still shows', async () => {
    await restOvernight();
    venue.day[0]!.executed = '0.04';
    await poll();
    expect(await queue.sql`select status, executed::text, attempt from orders.entry`).toEqual([
      { status: 'pending', executed: '0.04', attempt: 1 },
    ]);
    await sessions(allDay);
    await queue.bringForward();
    const [again] = await queue.tick();
    expect(again!.request).toMatchObject({ quantity: '0.06', price: '71200' });
  });

  test('an order its owner wants gone is cancelled by the close, not for ever sent a cancel that is refused', async () => {
    await restOvernight();
    const { committed } = await queue.plan([{ ...stock, type: 'CANCEL_ALL_ORDER', side: null, price: null }]);
    const closed = {
      type: 'unknown',
      action: 'session_closed',
      code: 'APBK0918',
      message: '장종료',
      retryAfterMs: null,
    } as const;
    const [task] = committed.tasks;
    await queue.record([{ kind: 'cancel', task: task!, outcome: { kind: 'refused', failure: closed }, lookup: null }]);
    const [next] = await venue.takeOver();
    expect(next).toMatchObject({ action: 'find' });
    await queue.record(await venue.perform([next!]));
    expect((await queue.orders()).map(({ status }) => status)).toEqual(['cancelled']);
  });
});

import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createTestQueue, type TestQueue } from '../testing/test-queue.ts';
import { isEnded } from './order-status.ts';
import { anyPair } from './pair.fixture.ts';
import { byRank, priorityOf, sortPriceOf } from './rank.ts';

let queue: TestQueue;

beforeAll(async () => {
  queue = await createTestQueue(inject('databaseUrl'));
});
afterAll(() => queue.end());

test('the rank that is shown is the rank that decides, for any part of any pair', async () => {
  const { sql } = queue;
  await fc.assert(
    fc.asyncProperty(anyPair, fc.array(fc.nat(), { maxLength: 8 }), async ({ orders }, picks) => {
      fc.pre(orders.length > 0);
      const stored = orders.map((order, place) => ({ ...order, id: place + 1 }));
      const rows = stored.map((order) => ({
        id: order.id,
        uuid: randomUUID(),
        alert: `alert-${order.id}`,
        index: order.orderIndex,
        arrival: order.arrival,
        type: order.type,
        side: order.side,
        priority: priorityOf(order.type),
        sort_price: sortPriceOf(order).toFixed(),
        status: order.status,
        wanted: order.wanted,
      }));
      await sql`truncate orders.entry cascade`;
      await sql`
        insert into orders.entry (id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side,
          reduce_only, quantity, priority, sort_price, status, wanted, received_at)
        select id, uuid, alert, 's1', 'a1', 'binance-usdm', 'BTC/USDT', index, arrival, type, side, false, 1, priority,
          sort_price, status, wanted, now()
        from jsonb_to_recordset(${sql.json(rows)}) r(id bigint, uuid uuid, alert text, index integer, arrival bigint,
          type text, side text, priority smallint, sort_price numeric, status text, wanted text)`;
      // A waiting order that is wanted gone is ended by the plan that learns of it, so none is ever stored.
      await sql`delete from orders.entry where status = 'pending' and wanted = 'gone'`;
      const ranked = byRank(
        stored.filter(({ type, status, wanted }) => type !== 'MARKET' && !isEnded(status) && wanted !== 'gone'),
      );
      const asked = picks.length === 0 ? stored.map(({ id }) => id) : picks.map((pick) => (pick % stored.length) + 1);
      const ids = [...new Set(asked)];
      const answer = await sql<
        { id: number; rank: number }[]
      >`select id, rank::int as rank from orders.ranks_of(${ids})`;
      const expected = ranked.map(({ id }, place) => [id, place + 1]).filter(([id]) => ids.includes(id!));
      expect(answer.map(({ id, rank }) => [id, rank]).toSorted((a, b) => a[1]! - b[1]!)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

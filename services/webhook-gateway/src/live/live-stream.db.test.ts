import { liveEvent } from '@sluice/contracts';
import { describe, expect, test } from 'vitest';
import { heard, last, useLiveGateway } from '../testing/use-live-gateway.ts';
import { positionText } from './event-position.ts';

const live = useLiveGateway();
const { listen, ready, write, hold } = live;

test('an event is told as it is documented, with an id, and steps on the way are not', async () => {
  const ear = await ready();
  await write(1, 1, 'submitting');
  const [id] = await write();
  await heard(ear, id!);
  const { type, data } = last(ear);
  expect(type).toBe('order.sent');
  expect(liveEvent.parse(data)).toEqual(data);
  expect(data).toMatchObject({
    type: 'order.sent',
    kind: 'sent',
    order_id: 1,
    strategy: 'test1',
    account: 'test1-binance-usdm',
    symbol: 'BTC/USDT',
    price: '95000',
    quantity: '0.5',
    executed: '0',
    exchange_order_id: '812',
    cause: 'a',
  });
  expect(ear.events.map((event) => event.type)).toEqual(['ready', 'order.sent']);
});

describe('the cursor', () => {
  test('waits for a transaction that holds a lower number, and tells both in the order of their numbers', async () => {
    const ear = await ready();
    const open = await hold();
    const [later] = await write();
    const first = await ready();
    expect(ear.numbers()).toEqual([]);
    expect(first.numbers()).toEqual([]);
    await open.end('commit');
    await heard(ear, later!);
    expect(ear.numbers()).toEqual([...open.ids, later]);
  });

  test('passes the numbers of a transaction that was rolled back', async () => {
    const ear = await ready();
    const open = await hold();
    const [later] = await write();
    await open.end('roll back');
    await heard(ear, later!);
    expect(ear.numbers()).toEqual([later]);
  });

  test('loses and repeats nothing, whoever commits when and however often a listener comes back', async () => {
    const from = await ready();
    const steady = await ready();
    const committed: number[] = [];
    const busy = Array.from({ length: 10 }, async (_, seed) => {
      for (let turn = 0; turn < 15; turn += 1) {
        const open = await hold((seed % 2) + 1, 1 + ((seed + turn) % 4));
        // The others draw numbers and commit meanwhile.
        await live.sql`select pg_sleep(${((seed * 7 + turn * 3) % 10) / 1_000})`;
        const commits = (seed + turn) % 5 !== 0;
        await open.end(commits ? 'commit' : 'roll back');
        if (commits) committed.push(...open.ids);
      }
    });
    /** Known once nobody writes any more. */
    let all = Number.POSITIVE_INFINITY;
    const coming = (async () => {
      const numbers: number[] = [];
      let lastEventId = last(from).id;
      while (numbers.length < all) {
        const ear = await listen('', { lastEventId });
        const enough = 1 + (numbers.length % 7);
        await ear.until(() => ear.numbers().length >= Math.min(enough, all - numbers.length));
        ear.hangUp();
        numbers.push(...ear.numbers());
        lastEventId = last(ear).id;
      }
      return numbers;
    })();
    await Promise.all(busy);
    committed.sort((a, b) => a - b);
    // One more, which wakes whoever waits for more than there is.
    all = committed.length + 1;
    const [end] = await write();
    committed.push(end!);
    await heard(steady, end!);
    expect(steady.numbers()).toEqual(committed);
    expect(await coming).toEqual(committed);
  });
});

describe('resuming', () => {
  test('goes on after the last id, on another gateway too', async () => {
    const ear = await ready();
    const before = await write(1, 2);
    await heard(ear, before[1]!);
    const lastEventId = ear.events.find(({ data }) => data.event === before[0])!.id;
    ear.hangUp();
    const missed = await write(2, 600);
    const other = await live.installation.gateway();
    const again = await listen('', { lastEventId, at: other });
    await heard(again, missed.at(-1)!);
    expect(again.numbers()).toEqual([before[1], ...missed]);
    await other.stop();
  });

  test.each([
    [
      'is past what is kept',
      () => positionText({ orders: 1, jobs: 0 }, Date.now() - 31 * 86_400_000),
      /older than the 30 days/,
    ],
    [
      'is ahead of what is stored',
      () => positionText({ orders: 1e12, jobs: 0 }, Date.now()),
      /ahead of what is stored/,
    ],
    ['is not one of ours', () => 'abc', /not an id of this stream/],
  ])('begins with a reset where the id %s, and then goes on', async (_, lastEventId, reason) => {
    const ear = await ready('', { lastEventId: lastEventId() });
    expect(ear.events[0]).toMatchObject({ type: 'reset', data: { reason: expect.stringMatching(reason) } });
    const [id] = await write();
    await heard(ear, id!);
    expect(ear.numbers()).toEqual([id]);
  });
});

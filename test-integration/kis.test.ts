import { describe, expect, test } from 'vitest';
import { batch, cancelAll, limit, market, stopLimit, stopMarket } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { keyOf, type TestConfiguration } from './harness/test-configuration.ts';
import { kis } from './harness/test-venues.ts';
import { useStack } from './harness/use-stack.ts';

const samsung = '005930/KRW';
const code = '005930';
const DAY = 24 * 3_600_000;
/** Yesterday, today and tomorrow in Korea, so that no test stands on the edge of one. */
const near = [-1, 0, 1].map((day) => new Date(Date.now() + day * DAY + 9 * 3_600_000).toISOString().slice(0, 10));

/** The exchange is open around the clock, or has closed for these days. */
function openAlways(configuration: TestConfiguration): void {
  configuration.venues.kis = {
    ...configuration.venues.kis!,
    open_days: near,
    closed_days: [],
    special_hours: Object.fromEntries(near.map((day) => [day, '00:00-24:00'])),
  };
}
function closeForNow(configuration: TestConfiguration): void {
  configuration.venues.kis = { ...configuration.venues.kis!, open_days: [], closed_days: near, special_hours: {} };
}

const stack = useStack({
  venue: kis,
  strategies: ['trades', 'closes', 'loses', 'unsure', 'tokens'],
  configure: openAlways,
  orderQueue: () => ({ TOKEN_SEALING_KEY: Buffer.alloc(32, 7).toString('base64') }),
});
const resting = (account: string) => stack().exchange.resting(account, code);
const states = async (account: string) => (await stack().orders.of(account)).map(({ status }) => status);

describe('Korean stocks', () => {
  test('are bought and sold in session, in whole shares and on the ladder of ticks; stops with their limit rest there', async () => {
    const { results } = await stack().gateway.settled(
      batch('trades', [
        market(samsung),
        limit(samsung, 70_050),
        limit(samsung, 69_950),
        stopLimit(samsung, 72_000, 72_100),
        stopMarket(samsung, 72_000),
      ]),
    );
    expect(results.map(({ result }) => result.error ?? 'taken')).toEqual([
      'taken',
      'taken',
      'taken',
      'taken',
      expect.stringContaining("this account's exchange has no STOP_MARKET orders"),
    ]);
    for (const { result } of results.slice(0, 4)) expect(result.order_id).toMatch(/^\d{8}-\d{5}-\d{10}$/);
    // 10 % of 10,000,000 won at 70,050 are 14.27 shares; a buy is rounded down to the tick of 100.
    expect((await resting('trades')).map(({ price, quantity }) => [price, quantity])).toEqual([
      ['70000', '14'],
      ['69900', '14'],
    ]);
    await eventually(async () => expect(await states('trades')).toEqual(['filled', 'open', 'open', 'open']));

    await stack().gateway.settled(batch('trades', [cancelAll(samsung)]));
    await eventually(async () => expect(await resting('trades')).toEqual([]));
    await eventually(async () =>
      expect(await states('trades')).toEqual(['filled', 'cancelled', 'cancelled', 'cancelled']),
    );
  });

  test('wait for the opening as LIMIT, and are refused with it as MARKET', async () => {
    await stack().reconfigure(closeForNow);
    await eventually(async () => {
      const { results } = await stack().gateway.settled(batch('closes', [market(samsung)]));
      expect(results[0]!.result.error).toMatch(/^market_closed: KRX is closed; it opens at \d{4}-\d\d-\d\d 09:00/);
    });
    const { results } = await stack().gateway.settled(batch('closes', [limit(samsung, 70_000)]));
    expect(results[0]).toMatchObject({ success: true, queued: true });
    const { body } = await stack().gateway.asAdmin<{ orders: { waits: string }[] }>(
      '/api/orders?account=closes&state=pending',
    );
    expect(body.orders[0]!.waits).toMatch(/^kis is closed; it opens at /);
    expect(await resting('closes')).toEqual([]);
    expect(await stack().orders.messages('closes')).toMatchObject([{ kind: 'market_closed', exchange: 'KRX' }]);

    await stack().reconfigure(openAlways);
    await eventually(async () => expect(await states('closes')).toEqual(['open']));
    expect(await resting('closes')).toHaveLength(1);
  });

  test('whose answer is lost are found among the orders of the day, and none is sent twice', async () => {
    await stack().exchange.fault('loses', { match: { call: 'place' }, do: 'drop-after', times: 2 });
    await stack().gateway.settled(batch('loses', [limit(samsung, 70_000), limit(samsung, 69_000)]));
    await eventually(async () => expect(await states('loses')).toEqual(['open', 'open']));
    expect(await resting('loses')).toHaveLength(2);
    const [first, second] = await stack().orders.of('loses');
    expect(first!.exchangeOrderId).not.toBe(second!.exchangeOrderId);
    expect([first!.attempts, second!.attempts]).toEqual([1, 1]);
    expect(await stack().orders.messages('loses')).toEqual([]);
  });

  test('of which nobody can tell what became are a person’s: never sent again until they have said it', async () => {
    await stack().exchange.fault('unsure', { match: { call: 'place' }, do: 'drop-before' });
    await stack().gateway.alert(batch('unsure', [limit(samsung, 70_000)]));
    await eventually(async () => expect(await states('unsure')).toEqual(['unresolved_place']));
    // By hand, in the same minute: two orders like the one that was lost.
    await stack().exchange.placeForeign('unsure', code, 2, '70000', '14');
    await stack().sql`update orders.attempt set noted_at = noted_at - interval '61 s' where account = 'unsure'`;
    await eventually(async () =>
      expect(await stack().orders.messages('unsure')).toMatchObject([
        { kind: 'order_unmatched', candidates: [expect.any(String), expect.any(String)] },
      ]),
    );
    expect(await resting('unsure')).toHaveLength(2);
    const [order] = await stack().orders.of('unsure');
    const [{ candidates }] = (await stack().orders.messages('unsure')) as unknown as [{ candidates: string[] }];
    const settle = (body: object) => stack().gateway.command(`/admin/orders/${order!.id}/settle`, body);
    expect(await settle({ order_id: '20200101-06010-0000000001' })).toMatchObject({ status: 409 });
    expect(await settle({ order_id: candidates[1] })).toMatchObject({ status: 200, body: { state: 'open' } });
    expect(await stack().orders.of('unsure')).toMatchObject([
      { status: 'open', exchangeOrderId: candidates[1], attempts: 1 },
    ]);
    expect(await settle({ never_arrived: true })).toMatchObject({ status: 409 });
  });

  test('go on where a token ends before its time', async () => {
    await stack().exchange.control('/limits', { tokenEveryMs: 0 });
    await stack().gateway.settled(batch('tokens', [limit(samsung, 70_000)]));
    // As if the one it has were two minutes old: one is issued a minute.
    await stack().sql`update orders.access_token set asked_at = asked_at - interval '2 minutes'`;
    await stack().exchange.control('/streams', { account: keyOf('tokens'), do: 'expire' });
    await stack().gateway.alert(batch('tokens', [limit(samsung, 69_000), limit(samsung, 72_500, { side: 'sell' })]));
    await eventually(async () => expect(await states('tokens')).toEqual(['open', 'open', expect.any(String)]));
    expect(await resting('tokens')).toHaveLength(2);
  });
});

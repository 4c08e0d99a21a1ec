import { expect, test } from 'vitest';
import { ladder, limits } from './harness/alerts.ts';
import { eventually } from './harness/eventually.ts';
import { bybitLinear } from './harness/test-venues.ts';
import { scenarios } from './trials/scenarios.ts';

const stack = scenarios(bybitLinear, ['declined']);
const { symbol, venueSymbol } = bybitLinear.main;

test('an order that is acknowledged and then rejected ends with the exchange’s reason, and its place goes to the next', async () => {
  await stack().exchange.fault('declined', {
    match: { call: 'place' },
    do: 'reject-later',
    ms: 300,
    msg: 'EC_ReachMaxTradeNum',
  });

  const body = await stack().gateway.settled(limits('declined', symbol, ladder(95_000, 21, -100)));

  // The alert is answered by what was known then: the exchange had taken all twenty in.
  expect(body.summary).toMatchObject({ executed_orders: 20, remaining_in_queue: 1 });
  await eventually(async () => {
    expect(await stack().orders.counts('declined')).toEqual({ open: 20, rejected: 1 });
  });
  const [declined] = await stack().sql<{ message: string }[]>`
    select failure_message as message from orders.entry where account = 'declined' and status = 'rejected'`;
  expect(declined?.message).toBe('the exchange accepted the order and then rejected it: EC_ReachMaxTradeNum');
  expect(await stack().exchange.resting('declined', venueSymbol)).toHaveLength(20);
});

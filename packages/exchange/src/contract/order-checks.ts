import { strict as assert } from 'node:assert';
import { Decimal } from '@sluice/contracts';
import type { PlaceOrder } from '../exchange.ts';
import { venueTraits } from '../venue-traits.ts';
import type { ContractCheck } from './contract-checks.ts';
import { eventually, refOf, stampNow, type VenueUnderTest } from './venue-under-test.ts';

export const orderChecks: readonly ContractCheck[] = [
  { title: 'places an order, finds it, lists it, and cancels it', run: liveAndDie },
  { title: 'answers each of several orders, in the order given', run: severalAtOnce },
  { title: 'places, finds, lists and cancels both kinds of stop', run: stops },
  {
    title: 'knows nothing of an order that was never sent: a look-up finds it absent, a cancel finds it gone',
    async run({ exchange, resting, stop, venue }) {
      if (!venueTraits(venue).clientOrderIds) return;
      const never = [resting(), ...(venueTraits(venue).conditionalOrders === 'none' ? [] : [stop('STOP_MARKET')])];
      for (const order of never) {
        assert.equal((await exchange.find(refOf(order))).kind, 'absent');
        assert.equal((await exchange.cancel([refOf(order)], stampNow()))[0]?.kind, 'gone');
      }
    },
  },
];

async function liveAndDie(rig: VenueUnderTest): Promise<void> {
  const { exchange, market, resting } = rig;
  const order = resting();
  await placedFor(rig, [order], async () => {
    await eventually(async () => {
      const found = await exchange.find(refOf(order));
      assert(found.kind === 'found', `the look-up answered ${found.kind}`);
      const { status, executed, quantity, price, side, type } = found.report;
      assert.deepEqual([status, executed, side, type], ['open', '0', 'buy', 'LIMIT']);
      assert.deepEqual([quantity, price].map(plain), [order.quantity, order.price].map(plain));
    });
    const open = (await exchange.openOrders(market.symbol)).map(({ clientOrderId }) => clientOrderId);
    assert(open.includes(order.clientOrderId), 'it is not among the open orders');
    const [cancelled] = await exchange.cancel([refOf(order)], stampNow());
    assert(cancelled?.kind === 'cancelled', `the cancel answered ${cancelled?.kind}`);
    await eventually(async () => {
      const found = await exchange.find(refOf(order));
      assert(found.kind === 'found' && found.report.status === 'cancelled' && found.report.executed === '0');
      assert.equal((await exchange.openOrders(market.symbol)).filter(isOneOf([order])).length, 0);
    });
    assert.equal((await exchange.cancel([refOf(order)], stampNow()))[0]?.kind, 'gone');
  });
}

async function severalAtOnce(rig: VenueUnderTest): Promise<void> {
  const { exchange, market, resting, last } = rig;
  const orders = [0, 1, 2, 3].map((place) => resting(place));
  // Worth less than the exchange takes; the others of the call are none the worse for it.
  const tiny = { ...resting(4), quantity: new Decimal(market.amountStep).toFixed() };
  const refused = new Decimal(tiny.quantity).mul(last).lt(market.minNotional ?? 0);
  const all = refused ? [orders[0]!, tiny, ...orders.slice(1)] : orders;
  await placedFor(
    rig,
    orders,
    async (outcomes) => {
      assert.deepEqual(
        outcomes.map(({ kind }) => kind),
        all.map((order) => (order === tiny ? 'refused' : 'accepted')),
      );
      await eventually(async () => {
        assert.equal((await exchange.openOrders(market.symbol)).filter(isOneOf(orders)).length, orders.length);
      });
      const cancelled = await exchange.cancel(orders.map(refOf), stampNow());
      assert.deepEqual(
        cancelled.map((outcome) => outcome.kind === 'cancelled' && outcome.report.clientOrderId),
        orders.map(({ clientOrderId }) => clientOrderId),
      );
    },
    all,
  );
}

async function stops(rig: VenueUnderTest): Promise<void> {
  const { exchange, market, venue, stop } = rig;
  const { conditionalOrders, lacks = [] } = venueTraits(venue);
  if (conditionalOrders === 'none') return;
  const orders = (['STOP_MARKET', 'STOP_LIMIT'] as const).filter((type) => !lacks.includes(type)).map(stop);
  for (const order of orders) {
    await placedFor(rig, [order], async () => {
      await eventually(async () => {
        const found = await exchange.find(refOf(order));
        assert(found.kind === 'found', `the look-up answered ${found.kind}`);
        const { status, executed, type, conditional } = found.report;
        assert.deepEqual([status, executed, type, conditional], ['open', '0', order.type, true]);
        assert.deepEqual(
          [found.report.stopPrice, found.report.price].map(plain),
          [order.stopPrice, order.price].map(plain),
        );
        const listed = (await exchange.openOrders(market.symbol)).find(isOneOf([order]));
        assert.equal(listed?.conditional, true, 'it is not among the open orders as a conditional one');
      });
      const [cancelled] = await exchange.cancel([refOf(order)], stampNow());
      assert(
        cancelled?.kind === 'cancelled' && cancelled.report.executed === '0',
        `the cancel answered ${cancelled?.kind}`,
      );
    });
  }
}

/** Places orders and leaves none of them behind, whatever the check finds. */
async function placedFor(
  { exchange }: VenueUnderTest,
  orders: PlaceOrder[],
  check: (outcomes: Awaited<ReturnType<VenueUnderTest['exchange']['place']>>) => Promise<void>,
  sent: PlaceOrder[] = orders,
): Promise<void> {
  const outcomes = await exchange.place(sent, stampNow());
  try {
    if (sent === orders)
      for (const outcome of outcomes) assert.equal(outcome.kind, 'accepted', JSON.stringify(outcome));
    await check(outcomes);
  } finally {
    await exchange.cancel(orders.map(refOf), stampNow());
  }
}

const isOneOf = (orders: PlaceOrder[]) => {
  const ids = new Set(orders.map(({ clientOrderId }) => clientOrderId));
  return ({ clientOrderId }: { clientOrderId: string | null }) => clientOrderId !== null && ids.has(clientOrderId);
};

function plain(value: string | null): string | null {
  return value === null ? null : new Decimal(value).toFixed();
}

import { strict as assert } from 'node:assert';
import { Decimal } from '@sluice/contracts';
import { venueTraits } from '../venue-traits.ts';
import type { ContractCheck } from './contract-checks.ts';
import { eventually, refOf, stampNow, type VenueUnderTest } from './venue-under-test.ts';

export const accountChecks: readonly ContractCheck[] = [
  {
    title: 'tells the balance, of which no more is free than there is',
    async run({ exchange }) {
      const { total, free } = await exchange.balance();
      assert(new Decimal(total).gte(free) && new Decimal(total).gt(0), `total ${total}, free ${free}`);
    },
  },
  {
    title: 'is in one-way mode, which alone is traded',
    async run({ exchange }) {
      assert.equal(await exchange.positionMode(), 'one-way', 'switch the account to one-way mode');
    },
  },
  {
    title: 'sets leverage and reads it back, twice over',
    async run({ venue, exchange, market }) {
      if (!venueTraits(venue).leverage) return;
      await exchange.setLeverage(market.symbol, 2, 'cross');
      await exchange.setLeverage(market.symbol, 2, 'cross');
    },
  },
  {
    title: 'tells what becomes of an order on the account’s stream, without being asked',
    run: followOnStream,
  },
  {
    title: 'lists the executions of a MARKET order with their fee, and what is held because of them',
    trades: true,
    run: tradeAndSellBack,
  },
];

async function followOnStream({ exchange, resting, venue }: VenueUnderTest): Promise<void> {
  if (!venueTraits(venue).accountStream) return;
  const order = resting();
  const told: string[] = [];
  const connected = Promise.withResolvers<void>();
  const stream = exchange.watch((event) => {
    if (event.kind === 'connected') connected.resolve();
    if (event.kind === 'lost') connected.reject(new Error(`the stream was lost: ${event.reason}`));
    if (event.kind === 'order' && event.report.clientOrderId === order.clientOrderId) told.push(event.report.status);
  });
  try {
    await connected.promise;
    const [placed] = await exchange.place([order], stampNow());
    assert.equal(placed?.kind, 'accepted');
    await eventually(async () => assert.deepEqual([...new Set(told)], ['open']));
    await exchange.cancel([refOf(order)], stampNow());
    await eventually(async () => assert(told.includes('cancelled'), `told: ${told.join(', ')}`));
  } finally {
    stream.close();
    await exchange.cancel([refOf(order)], stampNow());
  }
}

async function tradeAndSellBack({ exchange, market, atMarket }: VenueUnderTest): Promise<void> {
  const heldOf = async () => {
    const position = (await exchange.positions()).find(({ symbol }) => symbol === market.symbol);
    return new Decimal(position?.quantity ?? 0);
  };
  const since = Date.now() + exchange.clockOffsetMs() - 60_000;
  const before = await heldOf();
  const buy = atMarket('buy');
  const [bought] = await exchange.place([buy], stampNow());
  assert.equal(bought?.kind, 'accepted');
  await eventually(async () => {
    const found = await exchange.find(refOf(buy));
    assert(found.kind === 'found' && found.report.status === 'filled' && found.report.executed === buy.quantity);
  });
  const { exchangeOrderId } = bought.report;
  const ofOrder = async () =>
    (await exchange.fills(market.symbol, { since })).filter((fill) => fill.exchangeOrderId === exchangeOrderId);
  await eventually(async () => {
    const sum = (await ofOrder()).reduce((total, { quantity }) => total.plus(quantity), new Decimal(0));
    assert.equal(sum.toFixed(), buy.quantity, 'the executions do not add up to the order');
  });
  const fills = await ofOrder();
  const last = fills.at(-1)!;
  const on = await exchange.fills(market.symbol, { fromId: last.tradeId });
  assert.equal(on[0]?.tradeId, last.tradeId, 'a trade id is not where a list from it begins');
  const received = fills.reduce(
    (total, { fee, feeCurrency }) => (market.symbol.startsWith(`${feeCurrency}/`) ? total.minus(fee) : total),
    new Decimal(buy.quantity),
  );
  await eventually(async () => {
    const held = await heldOf();
    assert.equal(held.minus(before).toFixed(), received.toFixed(), 'what is held does not add up to the executions');
  });
  const step = new Decimal(market.amountStep);
  const back = atMarket('sell', received.div(step).floor().mul(step).toFixed());
  const [sold] = await exchange.place([back], stampNow());
  assert.equal(sold?.kind, 'accepted');
}

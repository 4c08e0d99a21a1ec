import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createExchange, createMarketData } from '../create-exchange.ts';
import type { Exchange, PlaceOrder } from '../exchange.ts';
import { type PaperVenue, startPaperVenue } from '../testing/paper-venue.ts';
import { failureOf, limit, refTo } from '../testing/sample-orders.ts';

// The same code that will meet the real exchange, against the one that speaks its protocol with its filters and faults.

let paper: PaperVenue;
let exchange: Exchange;
let round = 0;

beforeAll(async () => {
  paper = await startPaperVenue();
}, 20_000);
afterAll(() => paper.stop());
beforeEach(async () => {
  round += 1;
  await paper.control('/reset');
  await paper.control('/limits', { enforce: false });
  exchange = createExchange({
    venue: 'binance-usdm',
    credentials: { apiKey: 'paper-main', secret: 'paper-main-secret' },
    endpoint: paper.endpoint,
  });
  await exchange.syncClock();
});
afterEach(() => exchange.close());

const now = () => ({ signedAt: Date.now(), receiveWindowMs: 3_000 });
/** Far below the market: it rests. Client ids differ between tests, as the exchange remembers them. */
const resting = (name: string, more: Partial<PlaceOrder> = {}) =>
  limit(`r${round}-${name}`, { price: '95000', quantity: '0.010', ...more });
const stopAt = (name: string, stopPrice: string, price: string | null): PlaceOrder =>
  resting(name, { type: price === null ? 'STOP_MARKET' : 'STOP_LIMIT', stopPrice, price });
const refOf = (order: PlaceOrder) => refTo(order.clientOrderId, order.type.startsWith('STOP'));

describe('Against the paper exchange', () => {
  it('places twenty orders in four batches, lists them and cancels them', async () => {
    const orders = Array.from({ length: 20 }, (_, index) => resting(String(index), { price: String(95_000 - index) }));
    const batches = [0, 5, 10, 15].map((from) => exchange.place(orders.slice(from, from + 5), now()));
    const outcomes = (await Promise.all(batches)).flat();
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(orders.map(() => 'accepted'));

    const open = await exchange.openOrders('BTC/USDT');
    expect(new Set(open.map((order) => order.clientOrderId))).toEqual(new Set(orders.map((one) => one.clientOrderId)));
    expect(open[0]).toMatchObject({ status: 'open', executed: '0', symbol: 'BTC/USDT', quantity: '0.01' });

    const cancelled = await exchange.cancel(orders.map(refOf), now());
    expect(cancelled.map((outcome) => outcome.kind)).toEqual(orders.map(() => 'cancelled'));
    expect(await exchange.openOrders('BTC/USDT')).toEqual([]);
  });

  it('reports a market order’s fill at once', async () => {
    const [outcome] = await exchange.place([resting('m', { type: 'MARKET', price: null })], now());
    expect(outcome).toMatchObject({ kind: 'accepted', report: { status: 'filled', executed: '0.01' } });
  });

  it('finds an order with what is filled, and an unknown one absent', async () => {
    const order = resting('f');
    await exchange.place([order], now());
    await paper.control('/fills', { clientOrderId: order.clientOrderId, quantity: '0.004' });
    expect(await exchange.find(refOf(order))).toMatchObject({
      kind: 'found',
      report: { status: 'open', executed: '0.004', averagePrice: '95000' },
    });
    expect(await exchange.find(refTo('never-sent'))).toEqual({ kind: 'absent' });
    expect(await exchange.find(refTo('never-sent', true))).toEqual({ kind: 'absent' });
  });

  it('places, lists and cancels both kinds of stop', async () => {
    const stops = [stopAt('s1', '97000', '97100'), stopAt('s2', '97000', null)];
    const outcomes = await exchange.place(stops, now());
    expect(outcomes).toMatchObject([
      { kind: 'accepted', report: { type: 'STOP_LIMIT', status: 'open', conditional: true } },
      { kind: 'accepted', report: { type: 'STOP_MARKET', status: 'open', conditional: true } },
    ]);
    expect(await exchange.openOrders('BTC/USDT')).toHaveLength(2);
    expect(await exchange.openConditionalOrders()).toHaveLength(2);
    const cancelled = await exchange.cancel(stops.map(refOf), now());
    expect(cancelled).toMatchObject([
      { kind: 'cancelled', report: { status: 'cancelled', executed: '0' } },
      { kind: 'cancelled', report: { status: 'cancelled', executed: '0' } },
    ]);
    expect(await exchange.openConditionalOrders()).toEqual([]);
  });

  it.each(['same', 'generated'] as const)(
    'follows a stop through its trigger and cancels what it became, whose client id is %s',
    async (triggeredOrderClientId) => {
      await paper.control('/switches', { triggeredOrderClientId });
      // A buy stop above the market whose limit stays below the price that triggers it, so that it rests.
      const order = stopAt('t', '97000', '96500');
      await exchange.place([order], now());
      await paper.control('/prices', { symbol: 'BTCUSDT', price: '97500' });
      const found = await exchange.find(refOf(order));
      expect(found).toMatchObject({
        kind: 'found',
        report: { clientOrderId: order.clientOrderId, status: 'triggered', executed: '0', type: 'STOP_LIMIT' },
      });
      const triggeredOrderId = found.kind === 'found' ? found.report.triggeredOrderId : null;
      expect(triggeredOrderId).not.toBeNull();
      expect(await exchange.openConditionalOrders()).toEqual([]);

      expect(await exchange.cancel([refOf(order)], now())).toMatchObject([
        { kind: 'cancelled', report: { clientOrderId: order.clientOrderId, triggeredOrderId, executed: '0' } },
      ]);
      expect(await exchange.openOrders('BTC/USDT')).toEqual([]);
      expect(await exchange.find(refOf(order))).toMatchObject({ kind: 'found', report: { status: 'cancelled' } });
    },
  );

  it('follows a triggered market stop to its fill', async () => {
    const order = stopAt('tm', '97000', null);
    await exchange.place([order], now());
    await paper.control('/prices', { symbol: 'BTCUSDT', price: '97500' });
    expect(await exchange.find(refOf(order))).toMatchObject({
      kind: 'found',
      report: { status: 'filled', executed: '0.01' },
    });
    expect(await exchange.cancel([refOf(order)], now())).toMatchObject([{ kind: 'gone' }]);
  });

  it('tells positions, funding and forced closings of the account', async () => {
    const since = Date.now() - 60_000;
    await exchange.place([resting('p', { type: 'MARKET', price: null, quantity: '0.02' })], now());
    const [position] = await exchange.positions();
    expect(position).toMatchObject({ symbol: 'BTC/USDT', quantity: '0.02' });
    await paper.control('/funding', { symbol: 'BTCUSDT', rate: '0.0001' });
    await paper.control('/liquidations', {
      account: 'paper-main',
      symbol: 'BTCUSDT',
      quantity: '0.015',
      price: '90000',
    });
    const [funding, closing, ...others] = await exchange.accountEntries(since, Date.now() + 1_000);
    expect(funding).toMatchObject({ kind: 'funding', symbol: 'BTC/USDT', currency: 'USDT' });
    expect(funding).toHaveProperty('amount', expect.stringMatching(/^-0\.\d+$/));
    expect(closing).toMatchObject({
      kind: 'liquidation',
      symbol: 'BTC/USDT',
      side: 'sell',
      quantity: '0.015',
      price: '90000',
    });
    expect(others).toEqual([]);
    expect(await exchange.positions()).toMatchObject([{ quantity: '0.005' }]);
  });

  it('refuses single orders of a batch and keeps the others', async () => {
    const orders = [
      resting('ok1'),
      resting('tiny', { quantity: '0.001', price: '95000' }),
      resting('tick', { price: '95000.123' }),
      resting('rich', { quantity: '900' }),
      resting('ok2'),
    ];
    const outcomes = await exchange.place(orders, now());
    expect(outcomes.map((outcome) => [outcome.kind, failureOf(outcome)?.type])).toEqual([
      ['accepted', undefined],
      ['refused', 'unknown'],
      ['refused', 'unknown'],
      ['refused', 'insufficient_balance'],
      ['accepted', undefined],
    ]);
  });

  it('tells a full book from a refusal', async () => {
    await paper.control('/caps', { symbol: 'BTCUSDT', open: 1 });
    const outcomes = await exchange.place([resting('c1'), resting('c2')], now());
    expect(outcomes.filter((outcome) => outcome.kind === 'accepted')).toHaveLength(1);
    expect(failureOf(outcomes.find((outcome) => outcome.kind === 'refused'))?.action).toBe('requeue');
  });

  it('tells too many stops from a refusal', async () => {
    await paper.control('/caps', { conditional: 1 });
    const stops = await exchange.place([stopAt('c3', '97000', null), stopAt('c4', '97000', null)], now());
    expect(stops.map((outcome) => failureOf(outcome)?.action ?? outcome.kind).sort()).toEqual(['accepted', 'requeue']);
  });

  it('knows that a second send of the same client id means the first arrived', async () => {
    const order = resting('dup');
    await exchange.place([order], now());
    const [again] = await exchange.place([order], now());
    expect(again?.kind).toBe('unresolved');
    expect(failureOf(again)).toMatchObject({ action: 'adopt', code: '-4116' });
  });

  it('refuses an unknown symbol as such', async () => {
    const [outcome] = await exchange.place([resting('sym', { symbol: 'NOPE/USDT' })], now());
    expect([outcome?.kind, failureOf(outcome)?.type]).toEqual(['refused', 'invalid_symbol']);
  });

  it('is fenced: a stamp older than its window is refused, not executed late', async () => {
    const [outcome] = await exchange.place([resting('late')], { signedAt: Date.now() - 3_500, receiveWindowMs: 3_000 });
    expect([outcome?.kind, failureOf(outcome)?.action]).toEqual(['refused', 'sync_clock']);
    expect(await exchange.openOrders('BTC/USDT')).toEqual([]);
  });

  it('trades with an exchange whose clock runs a minute ahead, once it has measured it', async () => {
    await paper.control('/clock', { offsetMs: 60_000 });
    const [before] = await exchange.place([resting('k1')], now());
    expect(failureOf(before)?.action).toBe('sync_clock');
    await exchange.syncClock();
    const [after] = await exchange.place([resting('k2')], now());
    expect(after?.kind).toBe('accepted');
  });

  it.each([
    ['drop-before', 'absent'],
    ['drop-after', 'found'],
  ] as const)('leaves a placement unresolved after a %s, and the look-up tells: %s', async (fault, lookup) => {
    await paper.control('/faults', { match: { call: 'place' }, do: fault });
    const order = resting('d');
    const [outcome] = await exchange.place([order], now());
    expect([outcome?.kind, failureOf(outcome)?.action]).toEqual(['unresolved', 'resolve']);
    expect((await exchange.find(refOf(order))).kind).toBe(lookup);
  });

  it('takes a page with status 200 for no answer, whether or not the order arrived', async () => {
    await paper.control('/faults', { match: { call: 'place' }, do: 'html-200', applied: true });
    const order = resting('h');
    expect(await exchange.place([order], now())).toMatchObject([{ kind: 'unresolved' }]);
    expect(await exchange.find(refOf(order))).toMatchObject({ kind: 'found' });
  });

  it('passes on how long a ban lasts', async () => {
    await paper.control('/faults', { match: { call: 'place' }, do: 'ban-418', retryAfter: 120 });
    const [outcome] = await exchange.place([resting('ban')], now());
    expect([outcome?.kind, failureOf(outcome)?.type]).toEqual(['refused', 'rate_limit']);
    expect(failureOf(outcome)?.retryAfterMs).toBeGreaterThan(118_000);
  });

  it('pauses the account on a wrong secret', async () => {
    const stranger = createExchange({
      venue: 'binance-usdm',
      credentials: { apiKey: 'paper-main', secret: 'wrong' },
      endpoint: paper.endpoint,
    });
    const [outcome] = await stranger.place([resting('key')], now());
    expect([outcome?.kind, failureOf(outcome)?.action]).toEqual(['refused', 'pause_account']);
    await stranger.close();
  });

  it('sets leverage and margin mode, reads them back, and does it again without harm', async () => {
    await exchange.setLeverage('ETH/USDT', 7, 'isolated');
    await exchange.setLeverage('ETH/USDT', 7, 'isolated');
    await exchange.setLeverage('ETH/USDT', 10, 'cross');
    await expect(exchange.setLeverage('ETH/USDT', 999, 'cross')).rejects.toMatchObject({ name: 'ExchangeError' });
  });

  it('reads balance and position mode', async () => {
    expect(await exchange.balance()).toEqual({ currency: 'USDT', total: '1000000', free: '1000000' });
    expect(await exchange.positionMode()).toBe('one-way');
  });

  it('reads markets and prices without keys', async () => {
    const source = createMarketData({ venue: 'binance-usdm', endpoint: paper.endpoint });
    const markets = await source.markets();
    expect(markets.find((market) => market.symbol === 'BTC/USDT')).toMatchObject({
      venueSymbol: 'BTCUSDT',
      status: 'trading',
      priceTick: '0.1',
      amountStep: '0.001',
      minNotional: '100',
      conditionalScope: 'account',
      maxConditionalOrders: 200,
    });
    const tickers = await source.tickers();
    expect(tickers.map((ticker) => ticker.symbol).sort()).toEqual(markets.map((market) => market.symbol).sort());
    expect(await source.ticker('BTC/USDT')).toMatchObject({ symbol: 'BTC/USDT', last: '96000' });
    const marks = await source.markPrices();
    expect(marks.map((price) => price.symbol).sort()).toEqual(markets.map((market) => market.symbol).sort());
    expect(marks).toContainEqual({ symbol: 'BTC/USDT', mark: '96000', at: expect.any(Number) });
    exchange.useMarkets(markets);
    expect(await exchange.ticker('ETH/USDT')).toMatchObject({ symbol: 'ETH/USDT' });
    await source.close();
  });

  it('hears a price that moves, and mark prices, without asking', async () => {
    const source = createMarketData({ venue: 'binance-usdm', endpoint: paper.endpoint });
    const moved = Promise.withResolvers<unknown>();
    const marked = Promise.withResolvers<unknown>();
    const stream = source.watchPrices((event) => {
      if (event.kind === 'connected') void paper.control('/prices', { symbol: 'ETHUSDT', price: '3333.3' });
      if (event.kind === 'last') moved.resolve(event.tickers.find(({ symbol }) => symbol === 'ETH/USDT'));
      if (event.kind === 'mark') marked.resolve(event.marks.find(({ symbol }) => symbol === 'BTC/USDT'));
    });
    expect(await moved.promise).toEqual({ symbol: 'ETH/USDT', last: '3333.3', at: expect.any(Number) });
    expect(await marked.promise).toMatchObject({ mark: '96000' });
    expect(Math.abs(stream.lastHeardAt! - Date.now())).toBeLessThan(1_000);
    await source.close();
    expect(stream.connected).toBe(false);
  });
});

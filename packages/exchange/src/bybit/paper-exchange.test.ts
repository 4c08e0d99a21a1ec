import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createExchange, createMarketData } from '../create-exchange.ts';
import type { AccountEvent, Exchange, PlaceOrder, PriceEvent } from '../exchange.ts';
import type { RateUsage } from '../rate-limits.ts';
import { type PaperVenue, startPaperVenue } from '../testing/paper-venue.ts';
import { failureOf, limit, refTo } from '../testing/sample-orders.ts';

// The same code that will meet the real exchange, against the one that speaks its protocol with its codes and faults.

let paper: PaperVenue;
let exchange: Exchange;
let usages: RateUsage[];
let round = 0;

beforeAll(async () => {
  paper = await startPaperVenue({}, 'bybit-linear');
}, 20_000);
afterAll(() => paper.stop());
beforeEach(async () => {
  round += 1;
  usages = [];
  await paper.control('/reset');
  await paper.control('/limits', { enforce: false });
  exchange = open();
  await exchange.syncClock();
});
afterEach(() => exchange.close());

const open = (credentials = { apiKey: 'paper-bybit', secret: 'paper-bybit-secret' }): Exchange =>
  createExchange({
    venue: 'bybit-linear',
    credentials,
    endpoint: paper.endpoint,
    onUsage: (usage) => usages.push(usage),
  });
const now = () => ({ signedAt: Date.now(), receiveWindowMs: 3_000 });
/** Far below the market: it rests. Client ids differ between tests, as the exchange never forgets one. */
const resting = (name: string, more: Partial<PlaceOrder> = {}) =>
  limit(`r${round}-${name}`, { price: '95000', quantity: '0.010', ...more });
const stopAt = (name: string, stopPrice: string, price: string | null): PlaceOrder =>
  resting(name, { type: price === null ? 'STOP_MARKET' : 'STOP_LIMIT', stopPrice, price });
const refOf = (order: PlaceOrder) => refTo(order.clientOrderId, order.type.startsWith('STOP'));
const market = (name: string, more: Partial<PlaceOrder> = {}) =>
  resting(name, { type: 'MARKET', price: null, ...more });

/** Listens until the account's stream stands; what it tells gathers in the list. */
async function listen(): Promise<AccountEvent[]> {
  const events: AccountEvent[] = [];
  exchange.watch((event) => events.push(event));
  await expect.poll(() => events[0]?.kind).toBe('connected');
  return events;
}

describe('Orders on Bybit', () => {
  it('are placed in batches of ten, listed over all pages and cancelled with what they executed', async () => {
    const orders = Array.from({ length: 55 }, (_, index) => resting(String(index), { price: String(95_000 - index) }));
    const outcomes = await exchange.place(orders, now());
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(orders.map(() => 'accepted'));
    expect(outcomes[0]).toMatchObject({ report: { status: 'open', executed: null, clientOrderId: `r${round}-0` } });

    const listed = await exchange.openOrders('BTC/USDT');
    expect(new Set(listed.map((order) => order.clientOrderId))).toEqual(
      new Set(orders.map((one) => one.clientOrderId)),
    );
    expect(listed[0]).toMatchObject({ status: 'open', executed: '0', symbol: 'BTC/USDT', quantity: '0.01' });

    await paper.control('/fills', { clientOrderId: orders[0]!.clientOrderId, quantity: '0.004' });
    const cancelled = await exchange.cancel(orders.slice(0, 11).map(refOf), now());
    expect(cancelled.map((outcome) => outcome.kind)).toEqual(Array.from({ length: 11 }, () => 'cancelled'));
    expect(cancelled[0]).toMatchObject({ report: { status: 'cancelled', executed: '0.004', averagePrice: '95000' } });
  });

  it('are found under their client id, open or closed, and one never sent is absent', async () => {
    const order = market('f');
    await exchange.place([order], now());
    expect(await exchange.find(refOf(order))).toMatchObject({
      kind: 'found',
      report: { status: 'filled', executed: '0.01' },
    });
    await paper.control('/switches', { closedInRealtime: 'none' });
    expect(await exchange.find(refOf(order))).toMatchObject({ kind: 'found', report: { status: 'filled' } });
    expect(await exchange.find(refTo('never-sent'))).toEqual({ kind: 'absent' });
    expect(await exchange.find({ ...refTo('never-sent'), symbol: 'NO/USDT' })).toMatchObject({ kind: 'no_market' });
  });

  it('keep one id as stops, before and after their trigger', async () => {
    const [waits, rests, takes] = [
      stopAt('w', '97000', null),
      stopAt('r', '96500', '96100'),
      stopAt('t', '96500', null),
    ];
    const placed = await exchange.place([waits, rests, takes], now());
    expect(placed.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await exchange.openConditionalOrders()).toHaveLength(3);
    await paper.control('/prices', { symbol: 'BTCUSDT', price: '96600' });
    expect(await exchange.find(refOf(waits))).toMatchObject({ report: { status: 'open', type: 'STOP_MARKET' } });
    const triggered = await exchange.find(refOf(rests));
    const ofStop = placed[1]?.kind === 'accepted' ? placed[1].report.exchangeOrderId : '';
    expect(triggered).toMatchObject({
      report: { status: 'triggered', exchangeOrderId: ofStop, triggeredOrderId: ofStop, conditional: true },
    });
    expect(await exchange.find(refOf(takes))).toMatchObject({ report: { status: 'filled', executed: '0.01' } });
    expect(await exchange.cancel([waits, rests].map(refOf), now())).toMatchObject([
      { kind: 'cancelled', report: { executed: '0' } },
      { kind: 'cancelled', report: { executed: '0' } },
    ]);
  });

  it('that are sent again under a burnt client id are told to be there already, even after their cancel', async () => {
    const order = resting('b');
    await exchange.place([order], now());
    await exchange.cancel([refOf(order)], now());
    const [again] = await exchange.place([order], now());
    expect(again).toMatchObject({ kind: 'unresolved', failure: { code: '110072', action: 'adopt' } });
  });

  it('beyond 10 conditional or the cap of active ones are put back, and funds that lack are said', async () => {
    const stops = Array.from({ length: 11 }, (_, index) => stopAt(`c${index}`, '97000', null));
    const placed = await exchange.place(stops, now());
    const over = placed.filter(({ kind }) => kind === 'refused');
    expect(over.map(failureOf)).toMatchObject([{ code: '110009', type: 'limit_exceeded', action: 'requeue' }]);
    await paper.control('/caps', { account: 'paper-bybit', open: 1 });
    const [first, second] = await exchange.place([resting('1'), resting('2')], now());
    expect([first?.kind, failureOf(second)?.code]).toEqual(['accepted', '110020']);
    const [poor] = await exchange.place([market('poor', { quantity: '400' })], now());
    expect(failureOf(poor)).toMatchObject({ code: '110007', type: 'insufficient_balance' });
  });

  it('are only as many of a batch as the account’s rate allows, and the rest is refused for its rate', async () => {
    await paper.control('/limits', { enforce: true, ordersPerSecond: 4 });
    const orders = Array.from({ length: 9 }, (_, index) => resting(`v${index}`));
    const outcomes = await exchange.place(orders, now());
    const refused = outcomes.filter(({ kind }) => kind === 'refused').map(failureOf);
    // On the edge of two seconds the second one lets as many through again.
    expect([1, 5]).toContain(refused.length);
    expect(refused[0]).toMatchObject({ code: '10006', type: 'rate_limit', action: 'retry' });
    expect(usages.at(-1)).toMatchObject({ refused: { kind: 'orders', banned: false }, counts: [{ windowMs: 1_000 }] });
  }, 10_000);
});

describe('An order that Bybit has acknowledged', () => {
  it('and then rejects is told by the stream and by look-ups as rejected, with the reason', async () => {
    const events = await listen();
    await paper.control('/faults', {
      match: { call: 'place' },
      do: 'reject-later',
      ms: 30,
      msg: 'EC_ReachMaxTradeNum',
    });
    const order = resting('rej');
    expect(await exchange.place([order], now())).toMatchObject([{ kind: 'accepted' }]);
    await expect.poll(() => events.at(-1)?.kind).toBe('order');
    const rejected = {
      status: 'rejected',
      executed: '0',
      reason: 'EC_ReachMaxTradeNum',
      clientOrderId: order.clientOrderId,
    };
    expect(events.at(-1)).toMatchObject({ report: rejected, fill: null });
    expect(await exchange.find(refOf(order))).toMatchObject({ kind: 'found', report: rejected });
    expect(await exchange.openOrders('BTC/USDT')).toEqual([]);
  });

  it('is absent for look-ups until it takes effect, and then there', async () => {
    await paper.control('/switches', { acknowledgeAheadMs: 300 });
    const order = resting('late');
    expect(await exchange.place([order], now())).toMatchObject([{ kind: 'accepted' }]);
    expect(await exchange.find(refOf(order))).toEqual({ kind: 'absent' });
    await expect.poll(async () => (await exchange.find(refOf(order))).kind).toBe('found');
  });

  it('and whose cancel has not taken effect leaves the cancel unresolved, never cancelled', async () => {
    const order = resting('slow');
    await exchange.place([order], now());
    await paper.control('/switches', { acknowledgeAheadMs: 200 });
    expect(await exchange.cancel([refOf(order)], now())).toMatchObject([{ kind: 'unresolved' }]);
    await expect.poll(async () => await exchange.find(refOf(order))).toMatchObject({ report: { status: 'cancelled' } });
    expect(await exchange.cancel([refOf(order)], now())).toMatchObject([{ kind: 'gone', failure: { code: '110001' } }]);
  });
});

describe('An account on Bybit', () => {
  it('tells each execution once on its stream, with fee and profit, and the same in its list', async () => {
    const events = await listen();
    await exchange.place([market('in', { quantity: '0.02' })], now());
    await paper.control('/prices', { symbol: 'BTCUSDT', price: '97000' });
    const out = market('out', { side: 'sell', quantity: '0.005', reduceOnly: true });
    await exchange.place([out], now());
    const heard = () => events.flatMap((event) => (event.kind === 'order' && event.fill !== null ? [event.fill] : []));
    await expect.poll(() => heard().length).toBe(2);
    expect(heard()[1]).toMatchObject({
      side: 'sell',
      quantity: '0.005',
      price: '97000',
      realizedPnl: '5',
      feeCurrency: 'USDT',
    });
    expect(await exchange.fills('BTC/USDT', { since: Date.now() - 60_000 })).toEqual(heard());
    expect(await exchange.fills('BTC/USDT', { fromId: heard()[1]!.tradeId })).toEqual([heard()[1]]);
    expect(await exchange.positions()).toMatchObject([{ symbol: 'BTC/USDT', quantity: '0.015', entryPrice: '96000' }]);
  });

  it('tells funding and forced closings, which are executions of nobody’s order', async () => {
    const since = Date.now() - 60_000;
    await exchange.place([market('p', { quantity: '0.02' })], now());
    await paper.control('/funding', { symbol: 'BTCUSDT', rate: '0.0001' });
    await paper.control('/liquidations', { account: 'paper-bybit', symbol: 'BTCUSDT', quantity: '0.005' });
    const entries = await exchange.accountEntries(since, Date.now() + 1_000);
    expect(entries).toMatchObject([
      { kind: 'funding', symbol: 'BTC/USDT', amount: '-0.192', currency: 'USDT' },
      { kind: 'liquidation', side: 'sell', quantity: '0.005' },
    ]);
  });

  it('has its leverage and margin mode set and read back, and says its balance and position mode', async () => {
    await exchange.setLeverage('BTC/USDT', 7, 'isolated');
    await exchange.setLeverage('BTC/USDT', 7, 'cross');
    await expect(exchange.setLeverage('BTC/USDT', 500, 'cross')).rejects.toThrow('10001');
    const balance = await exchange.balance();
    expect([balance.currency, Number(balance.total), Number(balance.free)]).toEqual(['USDT', 1_000_000, 1_000_000]);
    expect(await exchange.positionMode()).toBe('one-way');
    await paper.control('/accounts', { name: 'paper-bybit', hedge: true });
    expect(await exchange.positionMode()).toBe('hedge');
    const [refused] = await exchange.place([resting('h')], now());
    expect(failureOf(refused)).toMatchObject({ code: '10001', action: 'pause_account' });
  });

  it('is paused by a key that is not taken, and asks for its clock when it lies outside the window', async () => {
    const stranger = open({ apiKey: 'paper-bybit', secret: 'wrong' });
    expect((await stranger.place([resting('k')], now())).map(failureOf)).toMatchObject([
      { code: '10004', action: 'pause_account' },
    ]);
    await stranger.close();
    const late = { signedAt: Date.now() - 5_000, receiveWindowMs: 3_000 };
    expect((await exchange.place([resting('o')], late)).map(failureOf)).toMatchObject([
      { code: '10002', action: 'sync_clock' },
    ]);
    await paper.control('/clock', { offsetMs: 60_000 });
    await exchange.syncClock();
    expect(await exchange.place([resting('n')], now())).toMatchObject([{ kind: 'accepted' }]);
  });

  it('is heard again after its stream was cut, and not while it was', async () => {
    const events = await listen();
    await paper.control('/streams', { account: 'paper-bybit', do: 'cut' });
    await expect.poll(() => events.map(({ kind }) => kind)).toEqual(['connected', 'lost', 'connected']);
    const order = resting('again');
    await exchange.place([order], now());
    await expect
      .poll(() => events.at(-1))
      .toMatchObject({ kind: 'order', report: { clientOrderId: order.clientOrderId } });
  });
});

describe('A call that Bybit does not answer as a rule', () => {
  it.each([
    ['a lost connection', { do: 'drop-after' }, 'unresolved', 'resolve'],
    [
      'a server timeout in an HTTP 200',
      { do: 'status', status: 200, code: 10000, msg: 'Server Timeout' },
      'unresolved',
      'resolve',
    ],
    ['a page with HTTP 200', { do: 'html-200' }, 'unresolved', 'resolve'],
    ['a bad gateway', { do: 'status', status: 502, text: 'Bad Gateway' }, 'unresolved', 'resolve'],
    [
      'an address that is shut out',
      { do: 'status', status: 403, text: '403, access too frequent' },
      'refused',
      'retry',
    ],
  ])('%s ends as what it proves', async (_name, fault, kind, action) => {
    await paper.control('/faults', { match: { call: 'place' }, ...fault });
    const [outcome] = await exchange.place([resting('x')], now());
    expect([outcome?.kind, failureOf(outcome)?.action]).toEqual([kind, action]);
  });

  it('closes the address for ten minutes after "access too frequent"', async () => {
    await paper.control('/limits', { enforce: true, requestsPer5s: 0 });
    await expect(exchange.balance()).rejects.toThrow('http 403');
    expect(usages.at(-1)?.refused).toMatchObject({ kind: 'weight', banned: true, retryAfterMs: 600_000 });
  });
});

describe('Market data of Bybit', () => {
  it('names ticks, steps, caps and prices of every market, and follows them', async () => {
    const source = createMarketData({ venue: 'bybit-linear', endpoint: paper.endpoint });
    const markets = await source.markets();
    expect(markets.find(({ symbol }) => symbol === 'BTC/USDT')).toMatchObject({
      venueSymbol: 'BTCUSDT',
      status: 'trading',
      priceTick: '0.1',
      amountStep: '0.001',
      minNotional: '5',
      maxOpenOrders: 500,
      maxConditionalOrders: 10,
      conditionalScope: 'symbol',
    });
    expect(await source.ticker('BTC/USDT')).toMatchObject({ symbol: 'BTC/USDT', last: '96000' });
    expect(await source.tickers()).toHaveLength(markets.length);
    expect(await source.markPrices()).toHaveLength(markets.length);
    const events: PriceEvent[] = [];
    source.watchPrices((event) => events.push(event));
    await expect.poll(() => events.length).toBeGreaterThan(2 * markets.length);
    await paper.control('/prices', { symbol: 'ETHUSDT', price: '3601', mark: '3602' });
    const last = () =>
      events
        .flatMap((event) => (event.kind === 'last' ? event.tickers : []))
        .filter(({ symbol }) => symbol === 'ETH/USDT')
        .at(-1)?.last;
    await expect.poll(last).toBe('3601');
    await source.close();
  });
});

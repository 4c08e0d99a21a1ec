import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createExchange, createMarketData } from '../create-exchange.ts';
import type { AccessTokens, Exchange, PlaceOrder } from '../exchange.ts';
import type { RateUsage } from '../rate-limits.ts';
import { type PaperVenue, startPaperVenue } from '../testing/paper-venue.ts';
import { failureOf } from '../testing/sample-orders.ts';
import { issueKisToken } from './issue-token.ts';

const credentials = { apiKey: 'k1', secret: 'k1-secret', accountNumber: '12345678-01' };
const symbol = '005930/KRW';
let venue: PaperVenue;
let exchange: Exchange;
let dropped: string[];
let usage: RateUsage[];

const control = (path: string, body?: object) => venue.control(`${path}?venue=kis`, body);
const stamp = () => ({ signedAt: Date.now(), receiveWindowMs: 3_000 });
const order = (more: Partial<PlaceOrder> = {}): PlaceOrder => ({
  clientOrderId: 'demo-1',
  symbol,
  type: 'LIMIT',
  side: 'buy',
  quantity: '10',
  price: '70000',
  stopPrice: null,
  reduceOnly: false,
  ...more,
});
const place = async (more: Partial<PlaceOrder> = {}) => (await exchange.place([order(more)], stamp()))[0]!;
async function placed(more: Partial<PlaceOrder> = {}) {
  const outcome = await place(more);
  if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
  const { exchangeOrderId } = outcome.report;
  return { clientOrderId: 'demo-1', symbol, conditional: false, exchangeOrderId };
}
const cancel = async (ref: Parameters<Exchange['cancel']>[0][number]) => (await exchange.cancel([ref], stamp()))[0]!;

beforeAll(async () => {
  venue = await startPaperVenue();
});
afterAll(() => venue.stop());
beforeEach(async () => {
  await control('/reset');
  await control('/accounts', { name: 'k1', balance: '10000000' });
  await control('/limits', { enforce: false, tokenEveryMs: 0 });
  dropped = [];
  usage = [];
  let token: Promise<{ token: string }> | undefined;
  const tokens: AccessTokens = {
    async current() {
      token ??= issueKisToken(credentials, venue.endpoint);
      return (await token).token;
    },
    drop(bad) {
      dropped.push(bad);
      token = undefined;
    },
  };
  const onUsage = (told: RateUsage) => usage.push(told);
  exchange = createExchange({ venue: 'kis', credentials, endpoint: venue.endpoint, tokens, onUsage });
  return () => exchange.close();
});

describe('an account on KIS', () => {
  it('places an order and finds it by its number in the list of the day', async () => {
    const ref = await placed();
    expect(ref.exchangeOrderId).toMatch(/^\d{8}-06010-\d{10}$/);
    const found = await exchange.find(ref);
    expect(found).toMatchObject({
      kind: 'found',
      report: {
        ...ref,
        clientOrderId: null,
        status: 'open',
        executed: '0',
        price: '70000',
        quantity: '10',
        side: 'buy',
      },
    });
    expect(await exchange.openOrders(symbol)).toEqual(await exchange.ordersOfDay!(symbol));
    expect(await exchange.openOrders('000660/KRW')).toEqual([]);
  });

  it('cancels what is left, whether the list shows it on the order or only on the cancel', async () => {
    for (const cancelShownOn of ['both', 'request'] as const) {
      await control('/switches', { cancelShownOn });
      const ref = await placed();
      expect(await cancel(ref)).toMatchObject({ kind: 'cancelled', report: { status: 'cancelled', executed: '0' } });
      expect(await cancel(ref)).toMatchObject({ kind: 'gone' });
    }
    expect(await exchange.openOrders(symbol)).toEqual([]);
  });

  it('gives an order another price; it goes on under another number', async () => {
    const ref = await placed();
    const amended = await exchange.amend!(ref, { price: '69900' }, stamp());
    expect(amended).toMatchObject({ kind: 'accepted', report: { price: '69900', quantity: '10' } });
    expect(await exchange.openOrders(symbol)).toMatchObject([{ price: '69900', status: 'open' }]);
    expect(await exchange.find(ref)).toMatchObject({ kind: 'found', report: { status: 'cancelled' } });
  });

  it('tells what was bought once the order has ended, as one fill, and what is held then', async () => {
    const ref = await placed({ type: 'MARKET', price: null });
    expect(await exchange.fills(symbol, { since: 0 })).toMatchObject([
      {
        tradeId: ref.exchangeOrderId,
        exchangeOrderId: ref.exchangeOrderId,
        quantity: '10',
        price: '71000',
        side: 'buy',
      },
    ]);
    expect(await exchange.positions()).toEqual([{ symbol, quantity: '10', entryPrice: '71000', price: '71000' }]);
    expect(await exchange.balance()).toEqual({ currency: 'KRW', total: '10000000', free: '9290000' });
    expect(await exchange.ticker(symbol)).toMatchObject({ symbol, last: '71000' });
  });

  it('has no fill of an order that rests, executed in part or not', async () => {
    await placed();
    await control('/fills', { some: 1, ratio: 0.3 });
    expect(await exchange.openOrders(symbol)).toMatchObject([{ status: 'open', executed: '3', averagePrice: '70000' }]);
    expect(await exchange.fills(symbol, { since: 0 })).toEqual([]);
  });

  it('places a stop with its limit, which triggers under its own number', async () => {
    const ref = await placed({ type: 'STOP_LIMIT', stopPrice: '72000', price: '72100' });
    expect(await exchange.openOrders(symbol)).toMatchObject([
      { conditional: true, stopPrice: '72000', price: '72100' },
    ]);
    await control('/prices', { symbol: '005930', price: '72000' });
    expect(await exchange.find(ref)).toMatchObject({ kind: 'found', report: { status: 'filled', conditional: false } });
    expect(await place({ type: 'STOP_MARKET', price: null, stopPrice: '73000' })).toMatchObject({
      kind: 'refused',
      failure: { message: expect.stringContaining('STOP_LIMIT') },
    });
  });

  it('lists a stop that has triggered and rests, tells no fill of it yet, and cancels it', async () => {
    const ref = await placed({ type: 'STOP_LIMIT', stopPrice: '72000', price: '71500' });
    await control('/prices', { symbol: '005930', price: '72000' });
    expect(await exchange.openOrders(symbol)).toMatchObject([{ ...ref, clientOrderId: null, status: 'triggered' }]);
    await control('/fills', { some: 1, ratio: 0.3 });
    expect(await exchange.find(ref)).toMatchObject({ report: { status: 'triggered', executed: '3' } });
    expect(await exchange.fills(symbol, { since: 0 })).toEqual([]);
    expect(await cancel(ref)).toMatchObject({ kind: 'cancelled', report: { executed: '3' } });
  });

  it('reads a day of more orders than a page has', async () => {
    for (let count = 0; count < 17; count += 1) await placed({ quantity: '1' });
    await control('/limits', { dayPage: 4 });
    const orders = await exchange.ordersOfDay!(symbol);
    expect(new Set(orders.map(({ exchangeOrderId }) => exchangeOrderId)).size).toBe(17);
  });
});

describe('what is no clear refusal', () => {
  it.each([
    ['a lost answer', { do: 'drop-after' }],
    ['a page of markup with HTTP 200', { do: 'html-200', applied: true }],
    ['an error while it was passed on', { do: 'status', status: 500, applied: true }],
  ])('%s leaves the order unresolved, and the list of the day has it', async (_, fault) => {
    await control('/faults', [{ match: { call: 'place' }, times: 1, ...fault }]);
    expect(await place()).toMatchObject({ kind: 'unresolved', failure: { action: 'resolve' } });
    expect(await exchange.ordersOfDay!(symbol)).toMatchObject([{ side: 'buy', quantity: '10', price: '70000' }]);
  });
});

describe('refusals', () => {
  it('a token that has expired is dropped, also where HTTP says 200, and nothing was placed', async () => {
    await control('/streams', { do: 'expire', account: 'k1' });
    await exchange.openOrders(symbol);
    await control('/streams', { do: 'expire', account: 'k1' });
    const outcome = await place();
    expect(outcome).toMatchObject({ kind: 'refused', failure: { code: 'EGW00123', action: 'retry' } });
    expect(dropped).toHaveLength(1);
    expect(await place()).toMatchObject({ kind: 'accepted' });
    expect(await exchange.openOrders(symbol)).toHaveLength(1);
  });

  it.each([200, 500])('too many requests are told as such with HTTP %d', async (rateLimitStatus) => {
    await exchange.openOrders(symbol);
    await control('/switches', { rateLimitStatus });
    await control('/limits', { enforce: true, requestsPerSecond: 0 });
    expect(failureOf(await place())).toMatchObject({ type: 'rate_limit', action: 'retry', code: 'EGW00201' });
    expect(usage).toMatchObject([{ refused: { kind: 'orders', banned: false, retryAfterMs: 1_000 } }]);
  });

  it('no session and too little money share a code and are told apart by their text', async () => {
    await control('/switches', { session: 'closed' });
    expect(failureOf(await place())).toMatchObject({ code: 'APBK0919', type: 'unknown', action: 'session_closed' });
    await control('/switches', { session: 'open' });
    expect(failureOf(await place({ quantity: '1000' }))).toMatchObject({
      code: 'APBK0919',
      type: 'insufficient_balance',
    });
    expect(failureOf(await place({ side: 'sell' }))).toMatchObject({ code: '40240000', type: 'insufficient_balance' });
  });

  it('keys of the other domain pause the account', async () => {
    await control('/switches', { domain: 'paper' });
    expect(failureOf(await place())).toMatchObject({ code: 'EGW02004', action: 'pause_account' });
  });

  it('a stock that is none, a price off its tick and a wrong key are final', async () => {
    expect(failureOf(await place({ symbol: '999999/KRW' }))).toMatchObject({ type: 'invalid_symbol', action: 'fail' });
    expect(failureOf(await place({ symbol: 'BTC/USDT' }))).toMatchObject({ type: 'invalid_symbol', code: null });
    expect(failureOf(await place({ price: '70010' }))).toMatchObject({ action: 'fail' });
    await expect(issueKisToken({ ...credentials, secret: 'other' }, venue.endpoint)).rejects.toMatchObject({
      failure: { code: 'EGW00105', action: 'pause_account' },
    });
  });

  it('what was claimed too long ago is not sent at all', async () => {
    const [outcome] = await exchange.place([order()], { signedAt: Date.now() - 3_500, receiveWindowMs: 3_000 });
    expect(outcome).toMatchObject({ kind: 'refused', failure: { action: 'retry' } });
    expect(await exchange.ordersOfDay!(symbol)).toEqual([]);
  });

  it('a second token within the minute is refused, and within six hours it is the same one', async () => {
    const first = await issueKisToken(credentials, venue.endpoint);
    expect((await issueKisToken(credentials, venue.endpoint)).token).toBe(first.token);
    expect(first.expiresAt - Date.now()).toBeGreaterThan(86_000_000);
    await control('/limits', { tokenEveryMs: 60_000 });
    await expect(issueKisToken(credentials, venue.endpoint)).rejects.toMatchObject({
      failure: { code: 'EGW00133', type: 'rate_limit' },
    });
  });
});

describe('the market data of KIS', () => {
  it('are the stocks of both boards, without keys, with the ticks of their kind', async () => {
    await control('/symbols', { symbol: '035720', status: 'CLOSE' });
    const source = createMarketData({ venue: 'kis', endpoint: venue.endpoint });
    const markets = new Map((await source.markets()).map((market) => [market.symbol, market]));
    await source.close();
    expect(markets.get(symbol)).toMatchObject({ venueSymbol: '005930', status: 'trading', amountStep: '1' });
    expect(markets.get('035720/KRW')?.status).toBe('cancel_only');
    expect(markets.get('247540/KRW')?.priceTicks).toContainEqual({ from: '50000', tick: '100' });
    expect(markets.get('069500/KRW')?.priceTicks?.at(-1)).toEqual({ from: '2000', tick: '5' });
    expect(source.rateLimits()).toEqual([{ kind: 'orders', windowMs: 1_000, limit: 18 }]);
  });
});

import { binance } from 'ccxt';
import { beforeEach, describe, expect, it } from 'vitest';
import { createApp, type PaperExchangeApp } from '../../app.ts';
import { sign } from '../binance/signature.ts';

const DAY_MS = 86_400_000;
// Ten seconds into a window of ten, of a minute and of a day.
const START = Math.ceil(1_790_000_000_000 / DAY_MS) * DAY_MS;

let app: PaperExchangeApp;
let now: number;

beforeEach(() => {
  now = START;
  app = createApp({
    accounts: [{ name: 'coins', key: 'coins', secret: 'coins-secret', balance: '10000', venue: 'binance-spot' }],
    seed: 7,
    moves: false,
    latency: { minMs: 0, maxMs: 0 },
    enforceRateLimits: true,
    clock: () => now,
  });
});

// biome-ignore lint/suspicious/noExplicitAny: wire JSON of a test
type Answer = { status: number; body: any; weight: string | null; unfilled: (string | null)[] };

async function call(method: string, path: string, params: Record<string, string> = {}): Promise<Answer> {
  const query = new URLSearchParams({ ...params, timestamp: String(now) }).toString();
  const url = `http://venue/api/v3/${path}?${query}&signature=${sign('coins-secret', query)}`;
  const response = await app.fetch(new Request(url, { method, headers: { 'X-MBX-APIKEY': 'coins' } }));
  const { headers } = response;
  const unfilled = ['10s', '1d'].map((window) => headers.get(`x-mbx-order-count-${window}`));
  return {
    status: response.status,
    body: await response.json(),
    weight: headers.get('x-mbx-used-weight-1m'),
    unfilled,
  };
}

async function control(path: string, body: object): Promise<void> {
  const url = `http://venue/control${path}?venue=binance-spot`;
  const response = await app.fetch(new Request(url, { method: 'POST', body: JSON.stringify(body) }));
  if (!response.ok) throw new Error(await response.text());
}

const buy = (id: string, more: Record<string, string> = {}) =>
  call('POST', 'order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.001',
    price: '90000',
    newClientOrderId: id,
    ...more,
  });
const atMarket = (id: string, side = 'BUY', quantity = '0.01') =>
  call('POST', 'order', { symbol: 'BTCUSDT', side, type: 'MARKET', quantity, newClientOrderId: id });
const stop = (id: string, stopPrice: string, more: Record<string, string> = {}) =>
  call('POST', 'order', {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'STOP_LOSS',
    quantity: '0.001',
    stopPrice,
    newClientOrderId: id,
    ...more,
  });
const cancel = (id: string) => call('DELETE', 'order', { symbol: 'BTCUSDT', origClientOrderId: id });
const get = (id: string) => call('GET', 'order', { symbol: 'BTCUSDT', origClientOrderId: id });
const balances = async () => {
  const { body } = await call('GET', 'account', { omitZeroBalances: 'true' });
  return Object.fromEntries(body.balances.map((one: Record<string, string>) => [one.asset, [one.free, one.locked]]));
};

describe('an id', () => {
  it('is taken while its order is open, and free again once that is filled or has ended', async () => {
    await buy('a');
    expect((await buy('a')).body).toEqual({ code: -2010, msg: 'Duplicate order sent.' });
    await cancel('a');
    expect((await buy('a')).status).toBe(200);
    expect((await atMarket('m')).body.status).toBe('FILLED');
    expect((await atMarket('m')).body.status).toBe('FILLED');
  });

  it('finds the newest order of its name', async () => {
    await buy('a');
    await cancel('a');
    now += 1;
    await buy('a', { price: '91000' });
    expect((await get('a')).body).toMatchObject({ status: 'NEW', price: '91000.00000000' });
  });

  it('is free only after a fill where the venue is said to be so', async () => {
    await control('/switches', { clientIdReuse: 'after-filled' });
    await buy('a');
    await cancel('a');
    expect((await buy('a')).body.msg).toBe('Duplicate order sent.');
  });
});

describe('what is open keeps its funds back', () => {
  it('a buy its quote, a sell its base, a stop from the moment it waits; an end gives them back', async () => {
    await atMarket('m');
    expect(await balances()).toEqual({ USDT: ['9040.00000000', '0.00000000'], BTC: ['0.00999000', '0.00000000'] });
    await buy('b');
    await buy('s', { side: 'SELL', price: '99000', quantity: '0.005' });
    await stop('st', '97000', { type: 'STOP_LOSS_LIMIT', price: '98000', timeInForce: 'GTC', quantity: '0.01' });
    expect(await balances()).toEqual({ USDT: ['7970.00000000', '1070.00000000'], BTC: ['0.00499000', '0.00500000'] });
    const insufficient = { code: -2010, msg: 'Account has insufficient balance for requested action.' };
    expect((await buy('b2', { quantity: '0.1' })).body).toEqual(insufficient);
    expect((await buy('s2', { side: 'SELL', price: '99000', quantity: '0.005' })).body).toEqual(insufficient);
    expect((await stop('st2', '97000', { quantity: '0.1' })).body).toEqual(insufficient);
    for (const id of ['b', 's', 'st']) await cancel(id);
    expect(await balances()).toMatchObject({ USDT: ['9040.00000000', '0.00000000'] });
  });

  it('the fee is taken in what is received, and told with each trade', async () => {
    await atMarket('m');
    await atMarket('n', 'SELL', '0.00999');
    const { body } = await call('GET', 'myTrades', { symbol: 'BTCUSDT' });
    expect(body).toMatchObject([
      { isBuyer: true, commission: '0.00001000', commissionAsset: 'BTC' },
      { isBuyer: false, commission: '0.95904000', commissionAsset: 'USDT' },
    ]);
    expect(await balances()).toEqual({ USDT: ['9998.08096000', '0.00000000'] });
  });
});

describe('a stop', () => {
  it('is one order of one id before and after its trigger, and spends what it kept back', async () => {
    const placed = await stop('st', '97000', { quantity: '0.1' });
    expect(placed.body).toMatchObject({ clientOrderId: 'st', transactTime: now });
    expect((await get('st')).body).toMatchObject({ status: 'NEW', isWorking: false, type: 'STOP_LOSS' });
    await control('/prices', { symbol: 'BTCUSDT', price: '97000' });
    expect((await get('st')).body).toMatchObject({
      orderId: placed.body.orderId,
      status: 'FILLED',
      executedQty: '0.10000000',
      stopPrice: '97000.00000000',
    });
    const { body } = await call('GET', 'myTrades', { symbol: 'BTCUSDT' });
    expect(body[0].orderId).toBe(placed.body.orderId);
  });

  it('that triggered is cancelled in the book, by the same id', async () => {
    await stop('st', '97000', { type: 'STOP_LOSS_LIMIT', price: '96500', timeInForce: 'GTC' });
    await control('/prices', { symbol: 'BTCUSDT', price: '97000' });
    expect((await get('st')).body).toMatchObject({ status: 'NEW', isWorking: true });
    expect((await cancel('st')).body).toMatchObject({ origClientOrderId: 'st', status: 'CANCELED' });
    expect((await cancel('st')).body.code).toBe(-2011);
  });

  it('finds no room beyond five of a symbol, and counts among its 200 orders', async () => {
    for (const id of ['1', '2', '3', '4', '5']) expect((await stop(id, '97000')).status).toBe(200);
    expect((await stop('6', '97000')).body).toEqual({ code: -2010, msg: 'Filter failure: MAX_NUM_ALGO_ORDERS' });
    await control('/caps', { symbol: 'BTCUSDT', open: 5 });
    expect((await buy('7')).body).toEqual({ code: -2010, msg: 'Filter failure: MAX_NUM_ORDERS' });
    const { body } = await call('GET', 'openOrders', { symbol: 'BTCUSDT' });
    expect(body).toHaveLength(5);
  });

  it('on the wrong side of the price is refused', async () => {
    expect((await stop('st', '95000')).body.msg).toBe('Stop price would trigger immediately.');
  });
});

describe('the limits', () => {
  it('count unfilled orders: a fill gives one back, a cancel and an end give none', async () => {
    expect((await buy('a')).unfilled).toEqual(['1', '1']);
    expect((await buy('b')).unfilled).toEqual(['2', '2']);
    await cancel('a');
    expect((await atMarket('m')).unfilled).toEqual(['2', '2']);
    await control('/fills', { clientOrderId: 'b', quantity: '0.0004' });
    expect((await buy('c')).unfilled).toEqual(['2', '2']);
    await control('/fills', { clientOrderId: 'b' });
    now += 10_000;
    expect((await buy('d')).unfilled).toEqual(['1', '3']);
  });

  it('refuse the order that is one too many, which is not counted', async () => {
    await control('/limits', { ordersPer10s: 2 });
    await buy('a');
    await buy('b');
    const { status, body, unfilled } = await buy('c');
    expect([status, body.code, unfilled[0]]).toEqual([429, -1015, '2']);
    now += 10_000;
    expect((await buy('c')).status).toBe(200);
  });

  it('weigh an order and a cancel only where they are refused', async () => {
    expect((await buy('a')).weight).toBe('0');
    expect((await cancel('a')).weight).toBe('0');
    expect((await cancel('a')).weight).toBe('1');
    expect((await buy('b', { price: '90000.001' })).weight).toBe('2');
    expect((await get('a')).weight).toBe('6');
  });
});

describe('ccxt’s own methods, unchanged', () => {
  it('load the markets, place, find, list and cancel', async () => {
    now = Date.now();
    const client = new binance({
      apiKey: 'coins',
      secret: 'coins-secret',
      enableRateLimit: false,
      options: { fetchCurrencies: false, fetchMargins: false, fetchMarkets: { types: ['spot'] } },
    });
    client.fetchImplementation = (url: string, init: RequestInit & { headers: Record<string, string> }) => {
      const { method = 'GET', headers, body } = init;
      return app.fetch(new Request(url, { method, headers, ...(body ? { body } : {}) }));
    };
    await client.loadMarkets();
    expect(client.market('BTC/USDT')).toMatchObject({ spot: true, active: true });
    const id = { clientOrderId: 'a' };
    const stopped = { clientOrderId: 's', triggerPrice: 97_000 };
    await client.createOrder('BTC/USDT', 'limit', 'buy', 0.001, 90_000, id);
    await client.createOrder('BTC/USDT', 'limit', 'buy', 0.001, 97_100, stopped);
    expect(await client.fetchOpenOrders('BTC/USDT')).toMatchObject([
      { clientOrderId: 'a', status: 'open' },
      { clientOrderId: 's', status: 'open', triggerPrice: 97_000 },
    ]);
    expect(await client.cancelOrder('', 'BTC/USDT', id)).toMatchObject({ status: 'canceled' });
    expect(await client.fetchBalance()).toMatchObject({ USDT: { used: 97.1 } });
  });
});

import { binanceusdm } from 'ccxt';
import { beforeEach, describe, expect, it } from 'vitest';
import { type TestVenue, testVenue } from './testing/signed-client.ts';

const BTC = 'BTC/USDT:USDT';
let venue: TestVenue;
let client: binanceusdm;

beforeEach(async () => {
  venue = testVenue({ clock: Date.now });
  client = new binanceusdm({
    apiKey: 'paper-main',
    secret: 'paper-main-secret',
    enableRateLimit: false,
    options: { fetchCurrencies: false },
  });
  // Declared as a function to number; String keeps prices as the venue wrote them.
  client.number = String as unknown as typeof client.number;
  // The real addresses stay: ccxt chooses its table of error codes by them.
  client.fetchImplementation = (url: string, init: RequestInit & { headers: Record<string, string> }) => {
    const { method = 'GET', headers, body } = init;
    return venue.fetch(new Request(url, { method, headers, ...(body ? { body } : {}) }));
  };
  await client.loadMarkets();
});

const buy = (id: string, price = '90000') =>
  client.createOrder(BTC, 'limit', 'buy', '0.01' as never, price as never, { clientOrderId: id });

describe('ccxt, unchanged, against the venue', () => {
  it('loads the markets with their filters as text', () => {
    const market = client.market(BTC);
    expect(Object.keys(client.markets ?? {}).length).toBeGreaterThanOrEqual(17);
    expect(market.precision).toMatchObject({ price: '0.10', amount: '0.001' });
    expect(market.limits).toMatchObject({ cost: { min: '100' }, amount: { min: '0.001' } });
    expect(market.active).toBe(true);
  });

  it('places one order, finds it, lists it and cancels it by client id', async () => {
    expect(await buy('a')).toMatchObject({ status: 'open', clientOrderId: 'a', symbol: BTC });
    expect(await client.fetchOrder('', BTC, { clientOrderId: 'a' })).toMatchObject({
      status: 'open',
      price: '90000.00',
    });
    expect(await client.fetchOpenOrders(BTC)).toHaveLength(1);
    expect(await client.cancelOrder('', BTC, { clientOrderId: 'a' })).toMatchObject({ status: 'canceled' });
    expect((await client.fetchOrders(BTC)).map((order) => order.status)).toEqual(['canceled']);
  });

  it('places and cancels batches through its raw calls, each element with its own answer', async () => {
    const orders = ['a', 'b', 'a'].map((id) => ({
      symbol: BTC,
      type: 'limit' as const,
      side: 'buy' as const,
      amount: '0.01' as never,
      price: '90000' as never,
      params: { clientOrderId: id },
    }));
    const placed = await client.createOrders(orders);
    expect(placed.map((order) => order.info.code ?? order.status)).toEqual(['open', 'open', -4116]);
    const cancelled = await client.cancelOrders([], BTC, { clientOrderIds: ['a', 'b'] });
    expect(cancelled.map((order) => order.status)).toEqual(['canceled', 'canceled']);
  });

  it('sends stop orders to the algo service and reads them from there', async () => {
    const stop = { triggerPrice: '97000', clientOrderId: 's1' };
    const placed = await client.createOrder(BTC, 'market', 'buy', '0.01' as never, undefined, stop);
    expect(placed).toMatchObject({ status: 'open', clientOrderId: 's1', triggerPrice: '97000.00' });
    expect(await client.fetchOpenOrders(BTC)).toEqual([]);
    expect(await client.fetchOpenOrders(BTC, undefined, undefined, { trigger: true })).toHaveLength(1);
    const named = { clientOrderId: 's1', trigger: true };
    expect((await client.fetchOrder('', BTC, named)).status).toBe('open');
    await client.cancelOrder('', BTC, named);
    expect((await client.fetchOrder('', BTC, named)).status).toBe('canceled');

    await client.createOrder(BTC, 'limit', 'buy', '0.01' as never, '97100' as never, { ...stop, clientOrderId: 's2' });
    await venue.control('POST', '/prices', { symbol: BTC, price: '97000' });
    const triggered = await client.fetchOrder('', BTC, { clientOrderId: 's2', trigger: true });
    expect(triggered.info).toMatchObject({ algoStatus: 'FINISHED', orderType: 'STOP' });
    const actual = await client.fetchOrder(triggered.info.actualOrderId, BTC);
    expect(actual).toMatchObject({ status: 'closed', filled: '0.010' });
  });

  it('reads balance, trades, tickers, time, positions and settings', async () => {
    await client.setLeverage(10, BTC);
    await client.setMarginMode('isolated', 'SOL/USDT:USDT');
    const order = await client.createOrder(BTC, 'market', 'buy', '0.01' as never);
    expect(order).toMatchObject({ status: 'closed', filled: '0.010' });
    expect((await client.fetchOrder(order.id ?? '', BTC)).average).toBe('96000.00000');
    const [trade] = await client.fetchMyTrades(BTC);
    expect(trade).toMatchObject({ order: order.id, price: '96000.00', amount: '0.010', takerOrMaker: 'taker' });
    expect((await client.fetchBalance()).USDT).toMatchObject({ total: '999999.52000000', free: '999903.52000000' });
    expect((await client.fetchTicker(BTC)).last).toBe('96000.00');
    expect(Object.keys(await client.fetchTickers()).length).toBeGreaterThanOrEqual(17);
    expect(Math.abs((await client.fetchTime())! - Date.now())).toBeLessThan(1_000);
    expect(await client.fetchPositionMode()).toMatchObject({ hedged: false });
    expect((await client.fetchPositions()).map((one) => [one.symbol, one.contracts])).toEqual([[BTC, '0.01']]);
    expect((await client.fetchLeverages())[BTC]).toMatchObject({ longLeverage: 10, marginMode: 'cross' });
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['a duplicate id', 'InvalidOrder', async () => [await buy('a'), await buy('a')]],
    ['an unknown order', 'OrderNotFound', () => client.cancelOrder('77', BTC)],
    [
      'too little margin',
      'InsufficientFunds',
      () => client.createOrder(BTC, 'limit', 'buy', '900' as never, '90000' as never),
    ],
  ])('takes %s for %s', async (_title, name, act) => {
    await expect(act()).rejects.toMatchObject({ name });
  });
});

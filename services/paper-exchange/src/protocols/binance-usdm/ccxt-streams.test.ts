import { pro } from 'ccxt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restingOrder, type TestVenue, testVenue } from './testing/signed-client.ts';
import { type StreamServer, serveStreams } from './testing/stream-client.ts';

const BTC = 'BTC/USDT:USDT';
let venue: TestVenue;
let server: StreamServer;
let client: InstanceType<typeof pro.binanceusdm>;

beforeEach(async () => {
  venue = testVenue({ clock: Date.now });
  venue.clock.now = Date.now();
  server = await serveStreams(venue);
  client = new pro.binanceusdm({
    apiKey: 'paper-main',
    secret: 'paper-main-secret',
    enableRateLimit: false,
    newUpdates: true,
    options: { fetchCurrencies: false },
  });
  client.fetchImplementation = (url: string, init: RequestInit) =>
    fetch(url.replace('https://fapi.binance.com', `http://127.0.0.1:${server.port}`), init);
  // The one address ccxt derives `/private`, `/public` and `/market` from.
  (client.urls.api as { ws: Record<string, string> }).ws.future = `ws://127.0.0.1:${server.port}/ws`;
  // ccxt asks for it before it opens a socket without TLS.
  await client.loadHttpProxyAgent();
  await client.loadMarkets();
});
afterEach(async () => {
  await client.close();
  await server.stop();
});

/** A user stream that is open: what happens from here on arrives. */
async function opened(): Promise<void> {
  await expect.poll(() => venue.exchange.streams.connections.size).toBeGreaterThan(0);
}

describe('ccxt.pro, unchanged, on the venue’s streams', () => {
  it('watches an order from its acceptance to its last fill, with its trades', async () => {
    let orders = client.watchOrders(BTC);
    await opened();
    await venue.call('POST', '/fapi/v1/order', restingOrder('a'));
    expect((await orders)[0]).toMatchObject({ clientOrderId: 'a', status: 'open', filled: 0, price: 90_000 });
    orders = client.watchOrders(BTC);
    const trades = client.watchMyTrades(BTC);
    // Both must listen before the fill: ccxt keeps no event for a later call.
    await new Promise(setImmediate);
    await venue.control('POST', '/fills', { clientOrderId: 'a' });
    expect((await orders)[0]).toMatchObject({ status: 'closed', filled: 0.01, average: 90_000 });
    const [kept] = (await venue.call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).body;
    expect((await trades)[0]).toMatchObject({ id: String(kept.id), takerOrMaker: 'maker', amount: 0.01 });
  });

  it('watches a conditional order under its own id', async () => {
    const orders = client.watchOrders(BTC);
    await opened();
    const stop = { algoType: 'CONDITIONAL', symbol: 'BTCUSDT', side: 'BUY', type: 'STOP_MARKET', quantity: '0.010' };
    await venue.call('POST', '/fapi/v1/algoOrder', { ...stop, triggerPrice: '97000', clientAlgoId: 's' });
    expect((await orders)[0]).toMatchObject({ clientOrderId: 's', status: 'open', triggerPrice: 97_000 });
  });

  it('watches positions and balances', async () => {
    client.options.watchPositions = { fetchPositionsSnapshot: false };
    const positions = client.watchPositions([BTC]);
    const balance = client.watchBalance();
    await opened();
    await venue.call('POST', '/fapi/v1/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' });
    expect((await positions)[0]).toMatchObject({ symbol: BTC, contracts: 0.01, side: 'long', entryPrice: 96_000 });
    expect((await balance).USDT).toMatchObject({ total: 999_999.52 });
  });

  it('watches tickers, mark prices and best prices', async () => {
    const all = client.watchTickers();
    const one = client.watchTicker(BTC);
    const best = client.watchBidsAsks([BTC]);
    const marks = client.watchMarkPrices([BTC]);
    const subscribed = () => [...venue.exchange.streams.connections].flatMap(({ streams }) => [...streams]);
    const names = ['!miniTicker@arr', 'btcusdt@miniTicker', 'btcusdt@bookTicker', 'btcusdt@markPrice@1s'];
    await expect.poll(subscribed).toEqual(expect.arrayContaining(names));
    await venue.control('POST', '/prices', { symbol: 'BTCUSDT', price: '97000' });
    venue.exchange.streams.tick();
    expect((await all)[BTC]).toMatchObject({ last: 97_000 });
    expect(await one).toMatchObject({ symbol: BTC, last: 97_000 });
    expect((await best)[BTC]).toMatchObject({ bid: 96_999.9, ask: 97_000.1 });
    expect((await marks)[BTC]).toMatchObject({ markPrice: 97_000 });
  });
});

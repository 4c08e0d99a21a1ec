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
});

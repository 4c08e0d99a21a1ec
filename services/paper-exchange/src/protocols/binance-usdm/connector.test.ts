import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestVenue, testVenue } from './testing/signed-client.ts';
import { type StreamServer, serveStreams } from './testing/stream-client.ts';

let venue: TestVenue;
let server: StreamServer;
let client: DerivativesTradingUsdsFutures;

beforeEach(async () => {
  venue = testVenue({ clock: Date.now });
  server = await serveStreams(venue);
  const basePath = `http://127.0.0.1:${server.port}`;
  client = new DerivativesTradingUsdsFutures({
    configurationRestAPI: { apiKey: 'paper-main', apiSecret: 'paper-main-secret', basePath, retries: 0 },
    configurationWebsocketStreams: { wsURL: `ws://127.0.0.1:${server.port}` },
  });
});
afterEach(() => server.stop());

describe("Binance's own connector, unchanged, against the venue", () => {
  it('places an order, sees it open, cancels it and sees it cancelled', async () => {
    const order = {
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: 0.01,
      price: 90_000,
      newClientOrderId: 'connector-1',
    } as const;
    const placed = await (await client.restAPI.newOrder(order as never)).data();
    expect(placed).toMatchObject({ clientOrderId: 'connector-1', status: 'NEW' });
    const named = { symbol: 'BTCUSDT', origClientOrderId: 'connector-1' };
    const open = await (await client.restAPI.currentAllOpenOrders({ symbol: 'BTCUSDT' })).data();
    expect(open).toHaveLength(1);
    expect(await (await client.restAPI.cancelOrder(named)).data()).toMatchObject({ status: 'CANCELED' });
    expect(await (await client.restAPI.queryOrder(named)).data()).toMatchObject({ status: 'CANCELED' });
  });

  it('places, reads and cancels a conditional order and a batch', async () => {
    const stop = {
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'STOP_MARKET',
      quantity: 0.01,
      triggerPrice: 97_000,
      clientAlgoId: 'connector-stop',
    };
    const placed = await (await client.restAPI.newAlgoOrder(stop as never)).data();
    expect(placed).toMatchObject({ clientAlgoId: 'connector-stop', algoStatus: 'NEW' });
    const named = { clientAlgoId: 'connector-stop' };
    expect(await (await client.restAPI.cancelAlgoOrder(named)).data()).toMatchObject({ code: '200' });
    expect(await (await client.restAPI.queryAlgoOrder(named)).data()).toMatchObject({ algoStatus: 'CANCELED' });

    const one = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.01', price: '90000' };
    const batch = { batchOrders: [one, { ...one, price: '90000.05' }] };
    const answers = await (await client.restAPI.placeMultipleOrders(batch as never)).data();
    expect(answers).toMatchObject([{ status: 'NEW' }, { code: -4014 }]);
  });

  it('fails with the code and text of a refusal', async () => {
    const unknown = { symbol: 'BTCUSDT', origClientOrderId: 'none' };
    await expect(client.restAPI.queryOrder(unknown)).rejects.toThrow('Order does not exist.');
  });

  it('follows an order and a ticker on its streams', async () => {
    const { listenKey } = await (await client.restAPI.startUserDataStream()).data();
    const streams = await client.websocketStreams.connect();
    const order = new Promise<object>((resolve) => streams.userData(listenKey ?? '').on('message', resolve));
    const ticker = new Promise<object>((resolve) => {
      streams.individualSymbolMiniTickerStream({ symbol: 'btcusdt' }).on('message', resolve);
    });
    const subscribed = () =>
      [...venue.exchange.streams.connections].flatMap((one) => [...one.streams, ...one.keys.keys()]);
    await expect.poll(subscribed).toEqual(expect.arrayContaining([listenKey, 'btcusdt@miniTicker']));
    await client.restAPI.newOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 0.01 } as never);
    await venue.control('POST', '/prices', { symbol: 'BTCUSDT', price: '97000' });
    expect(await order).toMatchObject({ e: 'ORDER_TRADE_UPDATE', o: { x: 'NEW', o: 'MARKET' } });
    expect(await ticker).toMatchObject({ e: '24hrMiniTicker', s: 'BTCUSDT', c: '97000.00' });
    await streams.disconnect();
  });
});

import { DerivativesTradingUsdsFutures } from '@binance/derivatives-trading-usds-futures';
import { type ServerType, serve } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testVenue } from './testing/signed-client.ts';

let server: ServerType;
let client: DerivativesTradingUsdsFutures;

beforeEach(async () => {
  const venue = testVenue({ clock: Date.now });
  const basePath = await new Promise<string>((resolve) => {
    server = serve({ fetch: venue.fetch, port: 0, hostname: '127.0.0.1' }, (address) =>
      resolve(`http://127.0.0.1:${address.port}`),
    );
  });
  client = new DerivativesTradingUsdsFutures({
    configurationRestAPI: { apiKey: 'paper-main', apiSecret: 'paper-main-secret', basePath, retries: 0 },
  });
});
afterEach(() => {
  server.close();
  if ('closeAllConnections' in server) server.closeAllConnections();
});

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
});

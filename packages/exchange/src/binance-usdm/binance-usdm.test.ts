import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Exchange, ExchangeError } from '../exchange.ts';
import { credentials, limit, refTo, stamp } from '../testing/sample-orders.ts';
import {
  byRoute,
  type Reaction,
  type ScriptedVenue,
  type SeenRequest,
  startScriptedVenue,
} from '../testing/scripted-venue.ts';
import { createBinanceUsdm, createBinanceUsdmMarketData } from './binance-usdm.ts';
import { algoOrder, venueOrder } from './documented-shapes.ts';

let venue: ScriptedVenue;
let exchange: Exchange;

beforeEach(async () => {
  venue = await startScriptedVenue();
  exchange = createBinanceUsdm({ credentials, endpoint: venue.endpoint, timeoutMs: 300 });
});
afterEach(async () => {
  await exchange.close();
  await venue.close();
});

const always = (reaction: Reaction) => venue.onRequest(() => reaction);

describe('Reading the account', () => {
  const flat = { symbol: 'BTCUSDT', marginType: 'CROSSED', leverage: 20 };

  it('lists normal and conditional orders of a symbol, foreign ones too', async () => {
    byRoute(venue, {
      'GET /fapi/v1/openOrders': () => ({
        json: [venueOrder('web_1', { status: 'PARTIALLY_FILLED', executedQty: '0.002' })],
      }),
      'GET /fapi/v1/openAlgoOrders': () => ({ json: [algoOrder('s1', { orderType: 'TRAILING_STOP_MARKET' })] }),
    });
    expect(await exchange.openOrders('BTC/USDT')).toMatchObject([
      { clientOrderId: 'web_1', executed: '0.002', conditional: false },
      { clientOrderId: 's1', conditional: true, type: 'STOP_MARKET' },
    ]);
  });

  it('refuses a list with an order it cannot read, since a missing order would look like a free slot', async () => {
    byRoute(venue, {
      'GET /fapi/v1/openOrders': () => ({ json: [venueOrder('a1'), { orderId: 1 }] }),
      'GET /fapi/v1/openAlgoOrders': () => ({ json: [] }),
    });
    await expect(exchange.openOrders('BTC/USDT')).rejects.toThrow(ExchangeError);
  });

  it('lists the conditional orders of all symbols', async () => {
    always({ json: [algoOrder('s1'), algoOrder('s2', { symbol: 'ETHUSDT' })] });
    const orders = await exchange.openConditionalOrders();
    expect(orders.map((order) => order.symbol)).toEqual(['BTC/USDT', 'ETH/USDT']);
    expect(venue.seen[0]?.params).not.toHaveProperty('symbol');
  });

  it('reads the balance of the settlement currency', async () => {
    always({
      json: [
        { asset: 'BNB', balance: '1.0', availableBalance: '1.0' },
        { asset: 'USDT', balance: '1000.50000000', availableBalance: '900.10000000' },
      ],
    });
    expect(await exchange.balance()).toEqual({ currency: 'USDT', total: '1000.5', free: '900.1' });
  });

  it('reads the position mode', async () => {
    always({ json: { dualSidePosition: true } });
    expect(await exchange.positionMode()).toBe('hedge');
    always({ json: { dualSidePosition: false } });
    expect(await exchange.positionMode()).toBe('one-way');
  });

  it('changes nothing when leverage and margin mode stand as wanted', async () => {
    always({ json: [{ ...flat, leverage: 10 }] });
    await exchange.setLeverage('BTC/USDT', 10, 'cross');
    expect(venue.seen.every((request) => request.method === 'GET')).toBe(true);
  });

  it('sets what differs and takes "no need to change" for set', async () => {
    let config = flat;
    byRoute(venue, {
      'GET /fapi/v1/symbolConfig': () => ({ json: [config] }),
      'POST /fapi/v1/marginType': () => {
        config = { ...config, marginType: 'ISOLATED' };
        return { status: 400, json: { code: -4046, msg: 'No need to change margin type.' } };
      },
      'POST /fapi/v1/leverage': (request) => {
        config = { ...config, leverage: Number(request.params.leverage) };
        return { json: { leverage: 10, maxNotionalValue: '1000000', symbol: 'BTCUSDT' } };
      },
    });
    await exchange.setLeverage('BTC/USDT', 10, 'isolated');
    expect(config).toEqual({ symbol: 'BTCUSDT', marginType: 'ISOLATED', leverage: 10 });
  });

  it('throws with both figures when what is read back differs', async () => {
    byRoute(venue, {
      'GET /fapi/v1/symbolConfig': () => ({ json: [flat] }),
      'POST /fapi/v1/leverage': () => ({ json: {} }),
    });
    await expect(exchange.setLeverage('BTC/USDT', 10, 'cross')).rejects.toThrow(/cross 20x after asking for cross 10x/);
  });

  it('reads a ticker within the time it is given', async () => {
    always({ json: { symbol: 'BTCUSDT', price: '96000.10', time: 1750000000000 } });
    expect(await exchange.ticker('BTC/USDT')).toEqual({ symbol: 'BTC/USDT', last: '96000.1', at: 1750000000000 });
    always('hang');
    const started = performance.now();
    await expect(exchange.ticker('BTC/USDT', { timeoutMs: 50 })).rejects.toMatchObject({
      failure: { code: 'timeout' },
    });
    expect(performance.now() - started).toBeLessThan(280);
  });
});

describe('Public market data', () => {
  it('reads all prices under canonical names and needs no key', async () => {
    always({
      json: [
        { symbol: 'BTCUSDT', price: '96000.10', time: 1 },
        { symbol: '1000SHIBUSDC', price: '0.0124', time: 2 },
      ],
    });
    const market = createBinanceUsdmMarketData(venue.endpoint);
    expect(await market.tickers()).toEqual([
      { symbol: 'BTC/USDT', last: '96000.1', at: 1 },
      { symbol: '1000SHIB/USDC', last: '0.0124', at: 2 },
    ]);
    expect(venue.seen[0]).toMatchObject({ path: '/fapi/v2/ticker/price', apiKey: undefined });
    await market.close();
  });
});

describe('Secrets', () => {
  it('never appear in a failure, whatever went wrong', async () => {
    const echo = (request: SeenRequest) =>
      `${request.apiKey} ${credentials.secret} /fapi/v1/order?quantity=1&signature=${request.params.signature}`;
    const reactions: ((request: SeenRequest) => Reaction)[] = [
      () => 'reset',
      () => 'hang',
      (request) => ({ status: 400, json: { code: -1102, msg: echo(request) } }),
      (request) => ({ status: 500, text: echo(request) }),
      (request) => ({
        json: [
          { code: -1102, msg: echo(request) },
          { code: -1102, msg: echo(request) },
        ],
      }),
    ];
    const texts: string[] = [];
    for (const react of reactions) {
      venue.onRequest(react);
      const ref = refTo('a1');
      texts.push(JSON.stringify(await exchange.place([limit('a1')], stamp)));
      texts.push(JSON.stringify(await exchange.place([limit('a1'), limit('a2')], stamp)));
      texts.push(JSON.stringify(await exchange.cancel([ref, { ...ref, clientOrderId: 'a2' }], stamp)));
      texts.push(JSON.stringify(await exchange.find(ref)));
      const error: unknown = await exchange.balance().catch((thrown) => thrown);
      texts.push(`${error} ${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`);
    }
    const signatures = venue.seen.map((request) => request.params.signature).filter((text) => text !== undefined);
    expect(signatures.length).toBeGreaterThan(10);
    for (const secret of [credentials.apiKey, credentials.secret, ...signatures]) {
      expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});

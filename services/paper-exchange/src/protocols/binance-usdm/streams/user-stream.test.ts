import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restingOrder, type TestVenue, testVenue } from '../testing/signed-client.ts';
import { type StreamClient, type StreamServer, serveStreams } from '../testing/stream-client.ts';

const HOUR = 60 * 60_000;
let venue: TestVenue;
let server: StreamServer;
let key: string;
let stream: StreamClient;

beforeEach(async () => {
  venue = testVenue();
  server = await serveStreams(venue);
  key = (await venue.call('POST', '/fapi/v1/listenKey')).body.listenKey;
  stream = await server.open(`/private/ws?listenKey=${key}`);
});
afterEach(() => server.stop());

const place = (id: string, extra = {}) => venue.call('POST', '/fapi/v1/order', restingOrder(id, extra));
const market = (side: string, quantity: string, extra = {}) =>
  venue.call('POST', '/fapi/v1/order', { symbol: 'BTCUSDT', side, type: 'MARKET', quantity, ...extra });

/** Every event told so far, as short words; a socket delivers in order, so the answer to a call comes after them. */
const told = async (): Promise<string[]> => {
  await stream.ask('LIST_SUBSCRIPTIONS');
  return stream.messages
    .filter((message) => message.e)
    .map(({ e, o, a }) => [e, o?.x, o?.X, a?.m].filter(Boolean).join(' '));
};

describe('the listen key', () => {
  it('needs an API key and neither signature nor time', async () => {
    const post = (headers: Record<string, string>) =>
      venue.fetch(new Request('http://venue/fapi/v1/listenKey', { method: 'POST', headers }));
    const answer = await post({ 'X-MBX-APIKEY': 'paper-main' });
    expect([answer.status, await answer.json()]).toEqual([200, { listenKey: key }]);
    expect(await (await post({ 'X-MBX-APIKEY': 'nobody' })).json()).toMatchObject({ code: -2015 });
    expect(await (await post({})).json()).toMatchObject({ code: -2014 });
  });

  it('is the same one until its hour is over, which PUT and POST renew', async () => {
    expect(key).toHaveLength(64);
    venue.clock.now += HOUR - 1;
    expect((await venue.call('PUT', '/fapi/v1/listenKey')).body).toEqual({ listenKey: key });
    venue.clock.now += HOUR - 1;
    expect((await venue.call('POST', '/fapi/v1/listenKey')).body).toEqual({ listenKey: key });
    venue.clock.now += HOUR;
    expect(await venue.call('PUT', '/fapi/v1/listenKey')).toMatchObject({ status: 400, body: { code: -1125 } });
    expect((await venue.call('POST', '/fapi/v1/listenKey')).body.listenKey).not.toBe(key);
  });

  it('is an account’s own', async () => {
    expect((await venue.call('POST', '/fapi/v1/listenKey', {}, 'paper-second')).body.listenKey).not.toBe(key);
  });

  it('says once that it expired, keeps its socket and sends nothing more', async () => {
    venue.clock.now += HOUR;
    venue.exchange.streams.tick();
    venue.exchange.streams.tick();
    expect(await stream.next()).toEqual({ e: 'listenKeyExpired', E: venue.clock.now, listenKey: key });
    await place('a');
    expect(await told()).toEqual(['listenKeyExpired']);
  });

  it('is gone after DELETE, without a word', async () => {
    expect((await venue.call('DELETE', '/fapi/v1/listenKey')).body).toEqual({});
    expect((await venue.call('DELETE', '/fapi/v1/listenKey')).body.code).toBe(-1125);
    await place('a');
    expect(await told()).toEqual([]);
  });

  it('takes its sockets along on DELETE where the switch says so', async () => {
    await venue.control('POST', '/switches', { deletedListenKey: 'closes-socket' });
    await venue.call('DELETE', '/fapi/v1/listenKey');
    expect(await stream.closed()).toBe(1000);
  });
});

describe('the user data stream', () => {
  it('tells of an order’s life', async () => {
    await place('a');
    await venue.control('POST', '/fills', { clientOrderId: 'a', quantity: '0.004' });
    await venue.call('DELETE', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'a' });
    expect(await told()).toEqual([
      'ORDER_TRADE_UPDATE NEW NEW',
      'ACCOUNT_UPDATE ORDER',
      'TRADE_LITE',
      'ORDER_TRADE_UPDATE TRADE PARTIALLY_FILLED',
      'ORDER_TRADE_UPDATE CANCELED CANCELED',
    ]);
  });

  it('has the documented fields of an accepted order', async () => {
    const { orderId } = (await place('a')).body;
    const { now } = venue.clock;
    expect(await stream.next()).toEqual({
      e: 'ORDER_TRADE_UPDATE',
      E: now,
      T: now,
      o: {
        s: 'BTCUSDT',
        c: 'a',
        S: 'BUY',
        o: 'LIMIT',
        f: 'GTC',
        q: '0.010',
        p: '90000.00',
        ap: '0',
        sp: '0',
        x: 'NEW',
        X: 'NEW',
        i: orderId,
        l: '0',
        z: '0',
        L: '0',
        n: '0',
        N: 'USDT',
        T: now,
        t: 0,
        b: expect.any(String),
        a: '0',
        m: false,
        R: false,
        wt: 'CONTRACT_PRICE',
        ot: 'LIMIT',
        ps: 'BOTH',
        cp: false,
        rp: '0',
        pP: false,
        si: 0,
        ss: 0,
        V: 'NONE',
        pm: 'NONE',
        gtd: 0,
        er: '0',
      },
    });
  });

  it('has the documented fields of a fill, in all three of its events', async () => {
    await market('BUY', '0.010');
    await venue.control('POST', '/prices', { symbol: 'BTCUSDT', price: '97000' });
    await told();
    stream.messages.length = 0;
    const { orderId } = (await market('SELL', '0.004', { newClientOrderId: 'b', newOrderRespType: 'RESULT' })).body;
    await told();
    const [, account, lite, fill] = stream.messages;
    const trade = (await venue.call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).body.at(-1);
    expect(fill.o).toMatchObject({
      c: 'b',
      i: orderId,
      t: trade.id,
      x: 'TRADE',
      X: 'FILLED',
      l: '0.004',
      z: '0.004',
      L: '97000.00',
      ap: '97000.00000',
      n: trade.commission,
      N: 'USDT',
      rp: trade.realizedPnl,
      m: false,
    });
    expect(trade).toMatchObject({ commission: '0.19400000', realizedPnl: '4.00000000' });
    expect(lite).toEqual({
      e: 'TRADE_LITE',
      E: venue.clock.now,
      T: venue.clock.now,
      s: 'BTCUSDT',
      q: '0.004',
      p: '0.00',
      m: false,
      c: 'b',
      S: 'SELL',
      L: '97000.00',
      l: '0.004',
      t: trade.id,
      i: orderId,
    });
    expect(account).toEqual({
      e: 'ACCOUNT_UPDATE',
      E: venue.clock.now,
      T: venue.clock.now,
      a: {
        m: 'ORDER',
        B: [{ a: 'USDT', wb: '1000003.32600000', cw: '1000003.32600000', bc: '0' }],
        P: [
          {
            s: 'BTCUSDT',
            pa: '0.006',
            ep: '96000.00000',
            bep: '96000.00000',
            cr: '4.00000000',
            up: '6.00000000',
            mt: 'cross',
            iw: '0',
            ps: 'BOTH',
            ma: 'USDT',
          },
        ],
      },
    });
  });

  it('leaves the commission out where there is none, if the switch says so', async () => {
    await venue.control('POST', '/switches', { zeroCommission: 'absent' });
    await place('a');
    expect(Object.keys((await stream.next()).o)).not.toContain('n');
  });

  it('tells why the venue ended an order: the rest of an immediate one, and reduce-only without a position', async () => {
    await place('ioc', { timeInForce: 'IOC' });
    await market('BUY', '0.010');
    await place('ro', { side: 'SELL', price: '99000', reduceOnly: 'true' });
    await market('SELL', '0.010');
    await told();
    const expired = stream.messages.filter(({ o }) => o?.x === 'EXPIRED');
    expect(expired.map(({ o }) => [o.c, o.X, o.er])).toEqual([
      ['ioc', 'EXPIRED', '2'],
      ['ro', 'EXPIRED', '4'],
    ]);
  });

  it('tells of leverage, margin type and a balance that was changed', async () => {
    await venue.call('POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: '7' });
    await venue.call('POST', '/fapi/v1/marginType', { symbol: 'BTCUSDT', marginType: 'ISOLATED' });
    await venue.control('POST', '/accounts', { name: 'paper-main', balance: '999990' });
    expect(await told()).toEqual([
      'ACCOUNT_CONFIG_UPDATE',
      'ACCOUNT_UPDATE MARGIN_TYPE_CHANGE',
      'ACCOUNT_UPDATE ADJUSTMENT',
    ]);
    expect(stream.messages[0].ac).toEqual({ s: 'BTCUSDT', l: 7 });
    expect(stream.messages[2].a.B).toEqual([
      { a: 'USDT', wb: '999990.00000000', cw: '999990.00000000', bc: '-10.00000000' },
    ]);
  });

  it('puts order events before account events where the switch says so', async () => {
    await venue.control('POST', '/switches', { orderEventsFirst: true });
    await market('BUY', '0.010');
    expect(await told()).toEqual([
      'ORDER_TRADE_UPDATE NEW NEW',
      'TRADE_LITE',
      'ORDER_TRADE_UPDATE TRADE FILLED',
      'ACCOUNT_UPDATE ORDER',
    ]);
  });

  it('carries the events of its own account only', async () => {
    await venue.call('POST', '/fapi/v1/order', restingOrder('other'), 'paper-second');
    await place('mine');
    await told();
    expect(stream.messages.filter(({ o }) => o).map(({ o }) => o.c)).toEqual(['mine']);
  });
});

describe('conditional orders on the user data stream', () => {
  const stop = (extra = {}) =>
    venue.call('POST', '/fapi/v1/algoOrder', {
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'STOP_MARKET',
      quantity: '0.010',
      triggerPrice: '97000',
      clientAlgoId: 's',
      ...extra,
    });
  const trigger = () => venue.control('POST', '/prices', { symbol: 'BTCUSDT', price: '97000' });

  it('go from NEW over TRIGGERING and TRIGGERED to FINISHED, around the order they become', async () => {
    await stop();
    await trigger();
    expect(await told()).toEqual([
      'ALGO_UPDATE NEW',
      'ALGO_UPDATE TRIGGERING',
      'ALGO_UPDATE TRIGGERED',
      'ORDER_TRADE_UPDATE NEW NEW',
      'ACCOUNT_UPDATE ORDER',
      'TRADE_LITE',
      'ORDER_TRADE_UPDATE TRADE FILLED',
      'ALGO_UPDATE FINISHED',
    ]);
    const [waiting, , triggered, order] = stream.messages;
    expect(waiting.o).toEqual({
      caid: 's',
      aid: expect.any(Number),
      at: 'CONDITIONAL',
      o: 'STOP_MARKET',
      s: 'BTCUSDT',
      S: 'BUY',
      ps: 'BOTH',
      f: 'GTC',
      q: '0.010',
      X: 'NEW',
      ai: '',
      tp: '97000.00',
      p: '0',
      V: 'NONE',
      wt: 'CONTRACT_PRICE',
      pm: 'NONE',
      cp: false,
      pP: false,
      R: false,
      tt: 0,
      gtd: 0,
      ia: false,
    });
    expect(triggered.o).toMatchObject({ ai: String(order.o.i), act: 'MARKET', tt: venue.clock.now });
    expect(order.o).toMatchObject({ ot: 'STOP_MARKET', o: 'MARKET', sp: '97000.00' });
    expect(stream.messages.findLast(({ o }) => o?.caid)?.o).toMatchObject({
      X: 'FINISHED',
      ap: '97000.00000',
      aq: '0.010',
    });
  });

  it('say that they were cancelled', async () => {
    await stop();
    await venue.call('DELETE', '/fapi/v1/algoOrder', { clientAlgoId: 's' });
    expect(await told()).toEqual(['ALGO_UPDATE NEW', 'ALGO_UPDATE CANCELED']);
  });

  it('say why they were rejected when triggered', async () => {
    await stop({ reduceOnly: 'true' });
    await trigger();
    expect(await told()).toEqual(['ALGO_UPDATE NEW', 'ALGO_UPDATE TRIGGERING', 'ALGO_UPDATE REJECTED']);
    expect(stream.messages.find(({ o }) => o?.X === 'REJECTED').o.rm).toBe('ReduceOnly Order is rejected.');
  });
});

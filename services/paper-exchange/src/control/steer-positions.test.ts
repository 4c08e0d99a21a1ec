import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restingOrder, type TestVenue, testVenue } from '../protocols/binance-usdm/testing/signed-client.ts';
import { type StreamClient, type StreamServer, serveStreams } from '../protocols/binance-usdm/testing/stream-client.ts';

let venue: TestVenue;
let server: StreamServer;
let stream: StreamClient;

beforeEach(async () => {
  venue = testVenue();
  server = await serveStreams(venue);
  const { listenKey } = (await venue.call('POST', '/fapi/v1/listenKey')).body;
  await venue.call('POST', '/fapi/v1/order', { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' });
  stream = await server.open(`/private/ws?listenKey=${listenKey}`);
});
afterEach(() => server.stop());

const told = async () => {
  await stream.ask('LIST_SUBSCRIPTIONS');
  return stream.messages.filter(({ e }) => e);
};
const income = async (params = {}) => (await venue.call('GET', '/fapi/v1/income', params)).body;

describe('funding on command', () => {
  it('is paid by longs at the mark price, written down, and told with the balance alone', async () => {
    const settled = await venue.control('POST', '/funding', { symbol: 'BTCUSDT', rate: '0.0001' });
    expect(settled.body).toEqual({ settled: [{ account: 'paper-main', received: '-0.096' }] });
    const [event] = await told();
    expect(event.a).toEqual({
      m: 'FUNDING_FEE',
      B: [{ a: 'USDT', wb: '999999.42400000', cw: '999999.42400000', bc: '-0.09600000' }],
      P: [],
    });
    expect(await income({ incomeType: 'FUNDING_FEE' })).toEqual([
      {
        symbol: 'BTCUSDT',
        incomeType: 'FUNDING_FEE',
        income: '-0.09600000',
        asset: 'USDT',
        info: 'FUNDING_FEE',
        time: venue.clock.now,
        tranId: expect.any(Number),
        tradeId: '',
      },
    ]);
    const premium = await venue.call('GET', '/fapi/v1/premiumIndex', { symbol: 'BTCUSDT' });
    expect(premium.body.lastFundingRate).toBe('0.00010000');
  });

  it('is received by longs at a negative rate', async () => {
    const settled = await venue.control('POST', '/funding', { symbol: 'BTCUSDT', rate: '-0.0001' });
    expect(settled.body.settled[0].received).toBe('0.096');
  });
});

describe('a liquidation on command', () => {
  it('ends what is open on the symbol, then closes the position by an order of the venue', async () => {
    await venue.call('POST', '/fapi/v1/order', restingOrder('open'));
    const done = await venue.control('POST', '/liquidations', {
      account: 'paper-main',
      symbol: 'BTCUSDT',
      price: '95000',
    });
    expect(done.body).toMatchObject({ clientOrderId: expect.stringMatching(/^autoclose-\d+$/), closed: '0.01' });
    const events = await told();
    expect(events.map(({ e, o, a }) => [e, o?.c, o?.x ?? a?.m, o?.X, o?.er])).toEqual([
      ['ORDER_TRADE_UPDATE', 'open', 'NEW', 'NEW', '0'],
      ['ORDER_TRADE_UPDATE', 'open', 'EXPIRED', 'EXPIRED', '5'],
      ['ORDER_TRADE_UPDATE', done.body.clientOrderId, 'NEW', 'NEW', '0'],
      ['ACCOUNT_UPDATE', undefined, 'ORDER', undefined, undefined],
      ['ORDER_TRADE_UPDATE', done.body.clientOrderId, 'CALCULATED', 'FILLED', '0'],
    ]);
    expect(events.at(-1).o).toMatchObject({ S: 'SELL', L: '95000.00', rp: '-10.00000000' });
    const trades = (await venue.call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).body;
    expect(trades.at(-1)).toMatchObject({ orderId: done.body.orderId, realizedPnl: '-10.00000000' });
    expect((await venue.call('GET', '/fapi/v3/positionRisk')).body).toEqual([]);
  });

  it('takes a part for auto-deleveraging and leaves open orders alone', async () => {
    await venue.call('POST', '/fapi/v1/order', restingOrder('open'));
    const done = { account: 'paper-main', symbol: 'BTCUSDT', quantity: '0.004', adl: true };
    expect((await venue.control('POST', '/liquidations', done)).body).toMatchObject({
      clientOrderId: 'adl_autoclose',
      closed: '0.004',
    });
    expect((await told()).at(-1).o).toMatchObject({ c: 'adl_autoclose', x: 'TRADE', X: 'FILLED' });
    expect((await venue.call('GET', '/fapi/v1/openOrders')).body).toHaveLength(1);
  });

  it('needs a position', async () => {
    const answer = await venue.control('POST', '/liquidations', { account: 'paper-second', symbol: 'BTCUSDT' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'paper-second holds no BOTH position of BTCUSDT.' } });
  });
});

describe('the income history', () => {
  it('adds up to the wallet, with the trade of each entry', async () => {
    await venue.control('POST', '/prices', { symbol: 'BTCUSDT', price: '97000' });
    const sell = { symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: '0.010' };
    await venue.call('POST', '/fapi/v1/order', sell);
    await venue.control('POST', '/funding', { symbol: 'BTCUSDT', rate: '0.0001' });
    const all = await income();
    const trades = (await venue.call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).body;
    expect(all.map((one: Record<string, string>) => [one.incomeType, one.income, one.tradeId])).toEqual([
      ['COMMISSION', '-0.48000000', String(trades[0].id)],
      ['REALIZED_PNL', '10.00000000', String(trades[1].id)],
      ['COMMISSION', '-0.48500000', String(trades[1].id)],
    ]);
    const [{ balance }] = (await venue.call('GET', '/fapi/v3/balance')).body;
    expect(balance).toBe('1000009.03500000');
  });

  it('is read by page, by the newest without a time, and within a week', async () => {
    for (const rate of ['0.0001', '0.0002', '0.0003']) {
      venue.clock.now += 1_000;
      await venue.control('POST', '/funding', { symbol: 'BTCUSDT', rate });
    }
    const times = async (params: Record<string, string>) =>
      (await income(params)).map((one: { time: number }) => (venue.clock.now - one.time) / 1_000);
    expect(await times({ limit: '2' })).toEqual([1, 0]);
    expect(await times({ limit: '2', startTime: String(venue.clock.now - 2_000) })).toEqual([2, 1]);
    expect(await times({ limit: '2', page: '2' })).toEqual([1, 0]);
    expect(await times({ endTime: String(venue.clock.now - 1_000), incomeType: 'FUNDING_FEE' })).toEqual([2, 1]);
    const start = String(venue.clock.now - 8 * 86_400_000);
    expect(await income({ startTime: start, endTime: String(venue.clock.now) })).toMatchObject({ code: -4165 });
    venue.clock.now += 8 * 86_400_000;
    expect(await income()).toEqual([]);
  });
});

describe('the list of trades', () => {
  it('is read from a trade id on, or from a time on, and not by both', async () => {
    for (let count = 0; count < 3; count += 1) {
      venue.clock.now += 1_000;
      const buy = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' };
      await venue.call('POST', '/fapi/v1/order', buy);
    }
    const read = async (params = {}) =>
      (await venue.call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT', ...params })).body;
    const ids = (await read()).map(({ id }: { id: number }) => id);
    expect(ids).toHaveLength(4);
    const idsOf = async (params: object) => (await read(params)).map(({ id }: { id: number }) => id);
    expect(await idsOf({ fromId: String(ids[1]), limit: '2' })).toEqual(ids.slice(1, 3));
    expect(await idsOf({ startTime: String(venue.clock.now - 1_000) })).toEqual(ids.slice(2));
    expect(await idsOf({ limit: '2' })).toEqual(ids.slice(2));
    expect(await read({ fromId: '1', startTime: '1' })).toMatchObject({ code: -1128 });
  });
});

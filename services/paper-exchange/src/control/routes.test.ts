import { beforeEach, describe, expect, it } from 'vitest';
import { restingOrder, type TestVenue, testVenue } from '../protocols/binance-usdm/testing/signed-client.ts';

let venue: TestVenue;
beforeEach(() => {
  venue = testVenue();
});

const place = (id: string, extra = {}) => venue.call('POST', '/fapi/v1/order', restingOrder(id, extra));
const status = async (id: string): Promise<string> =>
  (await venue.call('GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: id })).body.status;

describe('the control API', () => {
  it('lists its routes', async () => {
    expect((await venue.control('GET', '')).body.routes).toContain('POST /control/faults');
  });

  it('fills an order partly, then whole, and says so to the client', async () => {
    await place('a');
    const part = await venue.control('POST', '/fills', { clientOrderId: 'a', quantity: '0.004' });
    expect(part.body.filled[0]).toMatchObject({ status: 'PARTIALLY_FILLED', executedQty: '0.004' });
    expect(await status('a')).toBe('PARTIALLY_FILLED');
    await venue.control('POST', '/fills', { clientOrderId: 'a' });
    expect(await status('a')).toBe('FILLED');
    expect((await venue.control('POST', '/fills', { clientOrderId: 'a' })).status).toBe(400);
  });

  it('fills some resting orders of its own choice', async () => {
    for (const id of ['a', 'b', 'c']) await place(id);
    const { body } = await venue.control('POST', '/fills', { some: 2, symbol: 'BTCUSDT', ratio: 0.5 });
    expect(body.filled.map((one: { executedQty: string }) => one.executedQty)).toEqual(['0.005', '0.005']);
  });

  it('ends an order from the venue’s side', async () => {
    await place('a');
    await venue.control('POST', '/ends', { clientOrderId: 'a', status: 'EXPIRED' });
    expect(await status('a')).toBe('EXPIRED');
  });

  it('places orders of somebody else that count against the caps', async () => {
    await venue.control('POST', '/caps', { account: 'paper-main', symbol: 'BTC/USDT', open: 3 });
    const foreign = {
      account: 'paper-main',
      symbol: 'BTCUSDT',
      side: 'BUY',
      quantity: '0.01',
      price: '91000',
      count: 5,
    };
    const { body } = await venue.control('POST', '/orders', foreign);
    expect(body.placed).toHaveLength(3);
    expect(body.refused.code).toBe(-2025);
    expect((await place('a')).body.code).toBe(-2025);
    expect((await place('a', { symbol: 'ETHUSDT', price: '3500', quantity: '0.1' })).status).toBe(200);
  });

  it('stops a symbol from taking orders while cancels still pass', async () => {
    await place('a');
    await venue.control('POST', '/symbols', { symbol: 'BTCUSDT', status: 'CANCEL_ONLY' });
    expect((await place('b')).body.code).toBe(-4140);
    const cancel = { symbol: 'BTCUSDT', origClientOrderId: 'a' };
    expect((await venue.call('DELETE', '/fapi/v1/order', cancel)).body.status).toBe('CANCELED');
  });

  it('sets latency as a range and the clock ahead of its clients', async () => {
    expect((await venue.control('POST', '/latency', { ms: '1-3' })).body).toEqual({ minMs: 1, maxMs: 3 });
    expect((await venue.control('POST', '/latency', { ms: 'fast' })).status).toBe(400);
    await venue.control('POST', '/clock', { offsetMs: 6_000 });
    expect((await place('a')).body.code).toBe(-1021);
  });

  it('moves prices by itself only until it is paused', async () => {
    await venue.control('POST', '/prices/resume');
    venue.exchange.walk();
    const { prices } = (await venue.control('GET', '/prices')).body;
    await venue.control('POST', '/prices/pause');
    venue.exchange.walk();
    expect((await venue.control('GET', '/prices')).body.prices).toEqual(prices);
    expect(prices.BTCUSDT.last).not.toBe('96000');
  });

  it('adds an account at run time, in hedge mode when told', async () => {
    await venue.control('POST', '/accounts', { name: 'extra', balance: '5', hedge: true });
    const mode = await venue.call('GET', '/fapi/v1/positionSide/dual', {}, 'extra');
    expect(mode.body).toEqual({ dualSidePosition: true });
    expect((await venue.control('POST', '/accounts', { name: 'extra', secret: 'x' })).status).toBe(400);
  });

  it('records calls by code, the highest counts ever held, and every accepted order with its history', async () => {
    await place('a');
    await place('b');
    await place('a');
    await venue.call('DELETE', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'b' });
    const { body } = await venue.control('GET', '/record');
    expect(body.accounts['paper-main']).toMatchObject({
      calls: { place: { received: 3, accepted: 2, refused: { '-4116': 1 } }, cancel: { received: 1, accepted: 1 } },
      highestOpen: { BTCUSDT: { normal: 2, conditional: 0, total: 2 } },
      acceptedTwice: [],
    });
    const [, second] = body.accounts['paper-main'].orders;
    expect(second).toMatchObject({ clientOrderId: 'b', executedQty: '0' });
    expect(second.history.map((entry: { what: string }) => entry.what)).toEqual(['accepted', 'ended']);
    await venue.control('POST', '/record/reset');
    expect((await venue.control('GET', '/record?account=paper-main')).body.accounts['paper-main'].orders).toEqual([]);
    expect((await venue.call('GET', '/fapi/v1/openOrders')).body).toHaveLength(1);
  });

  it('names a client id that was accepted twice', async () => {
    await place('a', { price: '97000' });
    await place('a', { price: '97000' });
    const { body } = await venue.control('GET', '/record?orders=0');
    expect(body.accounts['paper-main'].acceptedTwice).toEqual([{ clientOrderId: 'a', times: 2 }]);
  });

  it('starts anew on reset, and never hands out an id again', async () => {
    const before = (await place('a')).body.orderId;
    await venue.control('POST', '/switches', { marginCheck: false });
    await venue.control('POST', '/reset');
    expect((await venue.call('GET', '/fapi/v1/openOrders')).body).toEqual([]);
    expect((await venue.control('GET', '/switches')).body.marginCheck).toBe(true);
    expect((await place('a')).body.orderId).toBeGreaterThan(before);
  });

  it('says which field of a fault is wrong', async () => {
    const answer = await venue.control('POST', '/faults', { do: 'hang', times: 'often' });
    expect(answer.body.error).toContain('times');
  });

  it('refuses a body with a field it does not know', async () => {
    const answer = await venue.control('POST', '/switches', { clientIdReuze: 'never' });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain('clientIdReuze');
  });
});

describe('the venue of a control call', () => {
  it('is binance-usdm where none is named, and a name of none is told', async () => {
    const venue = testVenue();
    const named = await venue.control('GET', '/switches?venue=binance-usdm');
    expect(named.body).toEqual((await venue.control('GET', '/switches')).body);
    const unknown = await venue.control('GET', '/switches?venue=nowhere');
    expect([unknown.status, unknown.body.error]).toEqual([400, expect.stringContaining('binance-usdm')]);
  });
});

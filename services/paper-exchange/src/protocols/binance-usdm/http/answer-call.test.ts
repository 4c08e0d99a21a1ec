import { beforeEach, describe, expect, it } from 'vitest';
import { sign } from '../../binance/signature.ts';
import { restingOrder, type TestVenue, testVenue } from '../testing/signed-client.ts';

let venue: TestVenue;
beforeEach(() => {
  venue = testVenue();
});

const ORDER = '/fapi/v1/order';

/** A request put together by hand, so that any part of it can be wrong. */
async function raw(query: string, headers: Record<string, string>, method = 'POST', body?: string) {
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  const response = await venue.fetch(new Request(`http://venue${ORDER}?${query}`, init));
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe('a signed request', () => {
  const key = { 'X-MBX-APIKEY': 'paper-main' };
  const signed = (extra: Record<string, string>) => {
    const query = new URLSearchParams({ ...restingOrder('a'), ...extra }).toString();
    return `${query}&signature=${sign('paper-main-secret', query)}`;
  };
  const now = (offset = 0) => ({ timestamp: String(venue.clock.now + offset) });

  it('without a key is refused with -2014, with an unknown one with -2015, both as 401', async () => {
    expect(await raw(signed(now()), {})).toMatchObject({ status: 401, body: { code: -2014 } });
    expect(await raw(signed(now()), { 'X-MBX-APIKEY': 'x' })).toMatchObject({ status: 401, body: { code: -2015 } });
  });

  it('with a wrong signature is refused with -1022', async () => {
    const tampered = signed(now()).replace('price=90000', 'price=90001');
    expect(await raw(tampered, key)).toMatchObject({
      status: 400,
      body: { code: -1022, msg: 'Signature for this request is not valid.' },
    });
  });

  it('without timestamp or signature is refused with -1102', async () => {
    expect((await raw(signed({}), key)).body.code).toBe(-1102);
    expect((await raw(new URLSearchParams(now()).toString(), key)).body.msg).toContain("'signature'");
  });

  it.each([
    ['5000 ms old passes', -5_000, undefined, undefined],
    ['5001 ms old is too late', -5_001, undefined, -1021],
    ['3001 ms old is too late for a window of 3000', -3_001, '3000', -1021],
    ['999 ms ahead passes', 999, undefined, undefined],
    ['1000 ms ahead is refused', 1_000, undefined, -1021],
  ])('%s', async (_title, offset, recvWindow, code) => {
    const query = signed({ ...now(offset), ...(recvWindow === undefined ? {} : { recvWindow }) });
    expect((await raw(query, key)).body.code).toBe(code);
  });

  it('may carry its parameters in a form body', async () => {
    const query = new URLSearchParams({ ...restingOrder('a'), ...now() }).toString();
    const body = `${query}&signature=${sign('paper-main-secret', query)}`;
    expect(await raw('', key, 'POST', body)).toMatchObject({ status: 200, body: { clientOrderId: 'a' } });
  });
});

describe('a write that is late at the matching engine', () => {
  it('is refused by code -5028, and by -1021 when the switch says so, and leaves no order', async () => {
    await venue.control('POST', '/faults', { match: { call: 'place' }, do: 'delay', ms: 20, times: 2 });
    const slow = async () => {
      const answer = venue.call('POST', ORDER, { ...restingOrder('late'), recvWindow: '3000' });
      // The request is under way; the clock passes its window before it arrives.
      await Promise.resolve();
      setTimeout(() => (venue.clock.now += 3_001), 5);
      return (await answer).body.code;
    };
    expect(await slow()).toBe(-5028);
    await venue.control('POST', '/switches', { lateAtEngine: -1021 });
    expect(await slow()).toBe(-1021);
    expect((await venue.call('GET', '/fapi/v1/openOrders')).body).toEqual([]);
  });
});

describe('order parameters', () => {
  it.each<[string, Record<string, string>, string[], number]>([
    ['no symbol', {}, ['symbol'], -1102],
    ['no quantity', {}, ['quantity'], -1102],
    ['no price', {}, ['price'], -1102],
    ['no timeInForce', {}, ['timeInForce'], -1102],
    ['a negative quantity', { quantity: '-1' }, [], -1100],
    ['a quantity in words', { quantity: 'abc' }, [], -1100],
    ['a price with an exponent', { price: '9e4' }, [], -1100],
    ['an unknown side', { side: 'UP' }, [], -1117],
    ['an unknown type', { type: 'ICEBERG' }, [], -1116],
    ['an unknown timeInForce', { timeInForce: 'GTX2' }, [], -1115],
    ['an unknown position side', { positionSide: 'UP' }, [], -4060],
    ['a price on a MARKET order', { type: 'MARKET' }, ['timeInForce'], -1106],
    ['a conditional type', { type: 'STOP_MARKET', stopPrice: '97000' }, [], -4120],
    ['an unknown symbol', { symbol: 'NOPE' }, [], -1121],
  ])('with %s answer %#', async (_title, change, without, code) => {
    const params = { ...restingOrder('a'), ...change };
    for (const name of without) delete params[name];
    expect((await venue.call('POST', ORDER, params)).body.code).toBe(code);
  });
});

describe('place, look up, cancel', () => {
  it('acknowledges without avgPrice and cumQuote, which the switch brings back', async () => {
    const placed = await venue.call('POST', ORDER, restingOrder('a'));
    expect(placed.body).toMatchObject({ clientOrderId: 'a', status: 'NEW', price: '90000.00', origQty: '0.010' });
    expect(placed.body).not.toHaveProperty('avgPrice');
    const cancelled = await venue.call('DELETE', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'a' });
    expect(cancelled.body).toMatchObject({ status: 'CANCELED' });
    expect(cancelled.body).not.toHaveProperty('cumQuote');
    await venue.control('POST', '/switches', { ackFillFields: true });
    expect((await venue.call('POST', ORDER, restingOrder('b'))).body).toHaveProperty('avgPrice');
  });

  it('answers a MARKET order as NEW to ACK and as FILLED to RESULT', async () => {
    const market = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' };
    expect((await venue.call('POST', ORDER, market)).body).toMatchObject({ status: 'NEW', executedQty: '0.000' });
    const result = await venue.call('POST', ORDER, { ...market, newOrderRespType: 'RESULT' });
    expect(result.body).toMatchObject({ status: 'FILLED', executedQty: '0.010' });
    const found = await venue.call('GET', ORDER, { symbol: 'BTCUSDT', orderId: String(result.body.orderId) });
    expect(found.body).toMatchObject({ avgPrice: '96000.00000', cumQuote: '960.00000' });
  });

  it('knows an order by either id, and answers -2013 and -2011 to unknown ones', async () => {
    const { orderId } = (await venue.call('POST', ORDER, restingOrder('a'))).body;
    const byId = await venue.call('GET', ORDER, { symbol: 'BTCUSDT', orderId: String(orderId) });
    const byClientId = await venue.call('GET', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'a' });
    expect(byId.body).toEqual(byClientId.body);
    const none = { symbol: 'BTCUSDT', origClientOrderId: 'none' };
    expect((await venue.call('GET', ORDER, none)).body).toEqual({ code: -2013, msg: 'Order does not exist.' });
    expect((await venue.call('DELETE', ORDER, none)).body).toEqual({ code: -2011, msg: 'Unknown order sent.' });
    expect((await venue.call('GET', ORDER, { symbol: 'BTCUSDT' })).body.code).toBe(-1102);
    expect((await venue.call('GET', ORDER, { symbol: 'ETHUSDT', origClientOrderId: 'a' })).body.code).toBe(-2013);
  });

  it("shows one account nothing of another's", async () => {
    await venue.call('POST', ORDER, restingOrder('a'));
    expect((await venue.call('GET', '/fapi/v1/openOrders', {}, 'paper-main2')).body).toEqual([]);
  });

  it('lists open orders by symbol or all, and all orders by time and id', async () => {
    await venue.call('POST', ORDER, restingOrder('a'));
    await venue.call('POST', ORDER, restingOrder('b', { symbol: 'ETHUSDT', price: '3500', quantity: '0.1' }));
    await venue.call('DELETE', ORDER, { symbol: 'BTCUSDT', origClientOrderId: 'a' });
    const ids = async (path: string, params = {}) =>
      (await venue.call('GET', path, params)).body.map((order: { clientOrderId: string }) => order.clientOrderId);
    expect(await ids('/fapi/v1/openOrders')).toEqual(['b']);
    expect(await ids('/fapi/v1/openOrders', { symbol: 'BTCUSDT' })).toEqual([]);
    expect(await ids('/fapi/v1/allOrders', { symbol: 'BTCUSDT' })).toEqual(['a']);
    expect(await ids('/fapi/v1/allOrders', { symbol: 'BTCUSDT', startTime: String(venue.clock.now + 1) })).toEqual([]);
  });
});

describe('a batch', () => {
  const batch = (orders: unknown[]) =>
    venue.call('POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify(orders) });

  it('answers each order by itself', async () => {
    const answer = await batch([
      restingOrder('a'),
      restingOrder('b', { price: '90000.05' }),
      restingOrder('a'),
      { ...restingOrder('c'), quantity: 0.01 },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body.map((one: { code?: number; status?: string }) => one.code ?? one.status)).toEqual([
      'NEW',
      -4014,
      -4116,
      'NEW',
    ]);
  });

  it('of none, or of more than five, is refused with -4082', async () => {
    expect((await batch([])).body.code).toBe(-4082);
    expect((await batch(Array.from({ length: 6 }, (_, i) => restingOrder(`o${i}`)))).body.code).toBe(-4082);
  });

  it('cancels by client id or by id, each element with its own answer', async () => {
    const [first, second] = (await batch([restingOrder('a'), restingOrder('b')])).body;
    const byClientId = await venue.call('DELETE', '/fapi/v1/batchOrders', {
      symbol: 'BTCUSDT',
      origClientOrderIdList: JSON.stringify(['a', 'zz']),
    });
    expect(byClientId.body).toMatchObject([{ orderId: first.orderId, status: 'CANCELED' }, { code: -2011 }]);
    const byId = await venue.call('DELETE', '/fapi/v1/batchOrders', {
      symbol: 'BTCUSDT',
      orderIdList: JSON.stringify([second.orderId]),
    });
    expect(byId.body).toMatchObject([{ clientOrderId: 'b', status: 'CANCELED' }]);
  });
});

describe('limits', () => {
  it('count a batch as 5 of the ten seconds and 1 of the minute, and a conditional order as 1 of both', async () => {
    const answer = await venue.call('POST', '/fapi/v1/batchOrders', {
      batchOrders: JSON.stringify([restingOrder('a')]),
    });
    expect(answer.headers.get('x-mbx-order-count-10s')).toBe('5');
    expect(answer.headers.get('x-mbx-order-count-1m')).toBe('1');
    const algo = await venue.call('POST', '/fapi/v1/algoOrder', {
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'STOP_MARKET',
      quantity: '0.010',
      triggerPrice: '97000',
    });
    expect(algo.headers.get('x-mbx-order-count-10s')).toBe('6');
    expect(algo.headers.get('x-mbx-used-weight-1m')).toBe('5');
  });

  it('refuse order 301 of ten seconds with -1015 as 429, per account, and open with the next window', async () => {
    await venue.control('POST', '/limits', { ordersPer10s: 2 });
    await venue.call('POST', ORDER, restingOrder('a'));
    await venue.call('POST', ORDER, restingOrder('b'));
    const third = await venue.call('POST', ORDER, restingOrder('c'));
    expect(third).toMatchObject({ status: 429, body: { code: -1015 } });
    expect((await venue.call('POST', ORDER, restingOrder('c'), 'paper-main2')).status).toBe(200);
    venue.clock.now += 10_000;
    expect((await venue.call('POST', ORDER, restingOrder('c'))).status).toBe(200);
  });

  it('give back what a refused order cost when the switch says so', async () => {
    const bad = () => venue.call('POST', ORDER, restingOrder('a', { price: '90000.05' }));
    await bad();
    expect((await bad()).headers.get('x-mbx-order-count-10s')).toBe('2');
    await venue.control('POST', '/switches', { refusedOrdersCount: false });
    await bad();
    expect((await bad()).headers.get('x-mbx-order-count-10s')).toBe('3');
  });

  it('refuse weight beyond the minute with -1003 as 429, and Retry-After when the switch says so', async () => {
    await venue.control('POST', '/limits', { weightPerMinute: 40 });
    await venue.control('POST', '/switches', { retryAfterOnLimit: true });
    expect((await venue.call('GET', '/fapi/v1/openOrders')).status).toBe(200);
    const over = await venue.call('GET', '/fapi/v1/openOrders', { symbol: 'BTCUSDT' });
    expect(over).toMatchObject({ status: 429, body: { code: -1003 } });
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    await venue.control('POST', '/limits', { enforce: false });
    expect((await venue.call('GET', '/fapi/v1/openOrders', { symbol: 'BTCUSDT' })).status).toBe(200);
  });
});

describe('the account', () => {
  it('switches leverage, margin type and position mode, and says when there is nothing to change', async () => {
    const leverage = await venue.call('POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: '10' });
    expect(leverage.body).toMatchObject({ leverage: 10, symbol: 'BTCUSDT' });
    const margin = { symbol: 'BTCUSDT', marginType: 'ISOLATED' };
    expect((await venue.call('POST', '/fapi/v1/marginType', margin)).body).toEqual({ code: 200, msg: 'success' });
    expect((await venue.call('POST', '/fapi/v1/marginType', margin)).body.code).toBe(-4046);
    const mode = { dualSidePosition: 'true' };
    expect((await venue.call('POST', '/fapi/v1/positionSide/dual', mode)).status).toBe(200);
    expect((await venue.call('POST', '/fapi/v1/positionSide/dual', mode)).body.code).toBe(-4059);
    expect((await venue.call('GET', '/fapi/v1/positionSide/dual')).body).toEqual({ dualSidePosition: true });
    expect((await venue.call('POST', ORDER, restingOrder('a'))).body.code).toBe(-4061);
  });

  it('shows margin of resting orders in its balance and positions with their profit', async () => {
    await venue.call('POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: '10' });
    await venue.call('POST', ORDER, restingOrder('a', { quantity: '1' }));
    const [balance] = (await venue.call('GET', '/fapi/v3/balance')).body;
    expect(balance).toMatchObject({ asset: 'USDT', balance: '1000000.00000000', availableBalance: '991000.00000000' });
    await venue.control('POST', '/prices', { symbol: 'BTCUSDT', price: 90000 });
    await venue.control('POST', '/prices', { symbol: 'BTC/USDT', price: '91000' });
    const [position] = (await venue.call('GET', '/fapi/v3/positionRisk')).body;
    expect(position).toMatchObject({ symbol: 'BTCUSDT', positionAmt: '1.000', unRealizedProfit: '1000.00000000' });
    const [trade] = (await venue.call('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).body;
    expect(trade).toMatchObject({ price: '90000.00', qty: '1.000', maker: true, commission: '18.00000000' });
  });
});

describe('anything else', () => {
  it('answers 404 with -5000 to a path it does not have', async () => {
    expect(await venue.call('GET', '/fapi/v1/nope')).toMatchObject({ status: 404, body: { code: -5000 } });
  });

  it('says that it is alive and ready', async () => {
    for (const path of ['/healthz', '/readyz']) {
      expect((await venue.fetch(new Request(`http://venue${path}`))).status).toBe(200);
    }
  });
});

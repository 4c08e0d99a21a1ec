import { type ServerType, serve } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sign } from '../../binance/signature.ts';
import { restingOrder, type TestVenue, testVenue } from '../testing/signed-client.ts';

let venue: TestVenue;
let server: ServerType;
let base: string;

// A lost connection needs a connection: these run over a real socket.
beforeEach(async () => {
  venue = testVenue({ clock: Date.now });
  venue.clock.now = Date.now();
  base = await new Promise((resolve) => {
    server = serve({ fetch: venue.fetch, port: 0, hostname: '127.0.0.1' }, (address) =>
      resolve(`http://127.0.0.1:${address.port}`),
    );
  });
});
afterEach(() => {
  server.close();
  if ('closeAllConnections' in server) server.closeAllConnections();
});

async function place(id: string, signal?: AbortSignal): Promise<Response> {
  const query = new URLSearchParams({ ...restingOrder(id), timestamp: String(Date.now()) }).toString();
  const url = `${base}/fapi/v1/order?${query}&signature=${sign('paper-main-secret', query)}`;
  return fetch(url, { method: 'POST', headers: { 'X-MBX-APIKEY': 'paper-main' }, signal: signal ?? null });
}

const fault = (rule: object) => venue.control('POST', '/faults', rule);
const openIds = async (): Promise<string[]> => {
  venue.clock.now = Date.now();
  const open = await venue.call('GET', '/fapi/v1/openOrders');
  return open.body.map((order: { clientOrderId: string }) => order.clientOrderId);
};

describe('a fault', () => {
  it('drops the connection before the order exists', async () => {
    await fault({ match: { call: 'place' }, do: 'drop-before' });
    await expect(place('a')).rejects.toThrow();
    expect(await openIds()).toEqual([]);
    expect((await place('a')).status).toBe(200);
  });

  it('drops the connection after the order exists', async () => {
    await fault({ match: { call: 'place' }, do: 'drop-after' });
    await expect(place('a')).rejects.toThrow();
    expect(await openIds()).toEqual(['a']);
  });

  it('hangs until the client gives up, and the order does not exist', async () => {
    await fault({ match: { account: 'paper-main', call: 'place' }, do: 'hang' });
    await expect(place('a', AbortSignal.timeout(100))).rejects.toThrow();
    expect(await openIds()).toEqual([]);
  });

  it('hangs for a given time and then drops', async () => {
    await fault({ match: {}, do: 'hang', ms: 30 });
    await expect(place('a')).rejects.toThrow();
  });

  it('answers HTML with 200, before or after the order exists', async () => {
    await fault([
      { match: { clientOrderIdPrefix: 'lost' }, do: 'html-200' },
      { match: { clientOrderIdPrefix: 'there' }, do: 'html-200', applied: true },
    ]);
    for (const id of ['lost', 'there']) {
      const answer = await place(id);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html']);
      expect(await answer.text()).toContain('<html>');
    }
    expect(await openIds()).toEqual(['there']);
  });

  it('answers 503 with a text of choice, executed or not', async () => {
    await fault([
      { match: { call: 'place' }, do: 'status', status: 503, applied: true },
      { match: { call: 'place' }, do: 'status', status: 503, msg: 'Service Unavailable.' },
      { match: { call: 'place' }, do: 'status', status: 502, text: 'Bad Gateway' },
    ]);
    const texts = [];
    for (const id of ['a', 'b', 'c']) {
      const answer = await place(id);
      texts.push([answer.status, await answer.text()]);
    }
    expect(texts).toEqual([
      [503, JSON.stringify({ code: -1000, msg: 'Unknown error, please check your request or try again later.' })],
      [503, JSON.stringify({ code: -1000, msg: 'Service Unavailable.' })],
      [502, 'Bad Gateway'],
    ]);
    expect(await openIds()).toEqual(['a']);
  });

  it('answers 429 and 418 with Retry-After', async () => {
    await fault([
      { do: 'rate-limit-429', retryAfter: 3 },
      { do: 'ban-418', retryAfter: 60 },
    ]);
    const limited = await place('a');
    const banned = await place('a');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
    expect([banned.status, banned.headers.get('retry-after')]).toEqual([418, '60']);
  });

  it('delays the way to the matching engine', async () => {
    await fault({ match: { call: 'place' }, do: 'delay', ms: 60 });
    const started = Date.now();
    expect((await place('a')).status).toBe(200);
    expect(Date.now() - started).toBeGreaterThanOrEqual(59);
  });

  it('refuses five of a batch and spares the others', async () => {
    await fault({
      match: { call: 'place', clientOrderIdPrefix: 'poor' },
      do: 'refuse',
      code: -2019,
      msg: 'Margin is insufficient.',
      times: 'always',
    });
    const orders = ['poor-1', 'rich-1', 'poor-2'].map((id) => restingOrder(id));
    const answer = await venue.call('POST', '/fapi/v1/batchOrders', { batchOrders: JSON.stringify(orders) });
    expect(answer.body.map((one: { code?: number }) => one.code)).toEqual([-2019, undefined, -2019]);
    const { body } = await venue.control('GET', '/record?account=paper-main');
    expect(body.accounts['paper-main'].calls.place).toEqual({ received: 3, accepted: 1, refused: { '-2019': 2 } });
  });

  it('hides an accepted order from reads for a while', async () => {
    venue = testVenue();
    await fault({ match: { call: 'place' }, do: 'late-visibility', ms: 40 });
    await venue.call('POST', '/fapi/v1/order', restingOrder('a'));
    const look = () => venue.call('GET', '/fapi/v1/order', { symbol: 'BTCUSDT', origClientOrderId: 'a' });
    venue.clock.now += 39;
    expect((await look()).body.code).toBe(-2013);
    venue.clock.now += 1;
    expect((await look()).body.clientOrderId).toBe('a');
  });

  it('applies as often as told, by chance when told, and can be taken back', async () => {
    const { body } = await fault({ match: { call: 'place' }, do: 'refuse', times: 2 });
    expect([(await place('a')).status, (await place('b')).status, (await place('c')).status]).toEqual([400, 400, 200]);
    expect(body.faults[0]).toMatchObject({ left: 2, probability: 1 });
    await fault({ do: 'ban-418', times: 'always', probability: 0 });
    expect((await place('d')).status).toBe(200);
    await fault({ do: 'ban-418', times: 'always' });
    expect((await place('e')).status).toBe(418);
    await venue.control('DELETE', '/faults');
    expect((await place('e')).status).toBe(200);
  });

  it('with a misspelt field is refused', async () => {
    expect((await fault({ match: { acount: 'paper-main' }, do: 'hang' })).status).toBe(400);
    expect((await fault({ match: { account: 'nobody' }, do: 'hang' })).status).toBe(400);
  });
});

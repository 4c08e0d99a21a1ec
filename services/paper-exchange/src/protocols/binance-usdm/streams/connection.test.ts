import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restingOrder, type TestVenue, testVenue } from '../testing/signed-client.ts';
import { type StreamClient, type StreamServer, serveStreams } from '../testing/stream-client.ts';

const MINUTE = 60_000;
let venue: TestVenue;
let server: StreamServer;
let key: string;

beforeEach(async () => {
  venue = testVenue();
  server = await serveStreams(venue);
  key = (await venue.call('POST', '/fapi/v1/listenKey')).body.listenKey;
});
afterEach(() => server.stop());

const place = (id: string) => venue.call('POST', '/fapi/v1/order', restingOrder(id));
const after = async (client: StreamClient) => {
  await client.ask('LIST_SUBSCRIPTIONS');
  return client.messages.filter((message) => message.id === undefined);
};

describe('the address of a stream', () => {
  it.each([
    ['/private/ws?listenKey=', ''],
    ['/private/ws/', ''],
    ['/private/stream?listenKey=', 'combined'],
    ['/private/stream?streams=', 'combined'],
  ])('%s brings the events of the key', async (path, combined) => {
    const client = await server.open(path + key);
    await place('a');
    const [event] = await after(client);
    if (combined) expect(event.stream).toBe(key);
    expect((combined ? event.data : event).o.c).toBe('a');
  });

  it('chooses events, and brings several keys', async () => {
    const other = (await venue.call('POST', '/fapi/v1/listenKey', {}, 'paper-second')).body.listenKey;
    const chosen = `/private/stream?listenKey=${key}&events=ACCOUNT_UPDATE/ALGO_UPDATE&listenKey=${other}`;
    const client = await server.open(chosen);
    await place('a');
    await venue.control('POST', '/fills', { clientOrderId: 'a' });
    await venue.call('POST', '/fapi/v1/order', restingOrder('b'), 'paper-second');
    expect((await after(client)).map(({ stream, data }) => [stream, data.e])).toEqual([
      [key, 'ACCOUNT_UPDATE'],
      [other, 'ORDER_TRADE_UPDATE'],
    ]);
  });

  it.each(['/ws/', '/market/ws/'])('%s<key> connects and stays silent', async (path) => {
    const client = await server.open(path + key);
    await place('a');
    expect(await after(client)).toEqual([]);
  });

  it('/ws/<key> brings them where the old addresses are switched on', async () => {
    await venue.control('POST', '/switches', { unroutedStreams: 'sent' });
    const client = await server.open(`/ws/${key}`);
    await place('a');
    expect(await after(client)).toHaveLength(1);
  });

  it('with an unknown key is silent, or refused where the switch says so', async () => {
    const client = await server.open(`/private/ws?listenKey=${'x'.repeat(64)}`);
    await place('a');
    expect(await after(client)).toEqual([]);
    await venue.control('POST', '/switches', { unknownListenKey: 'refused' });
    await expect(server.open(`/private/ws?listenKey=${'x'.repeat(64)}`)).rejects.toThrow('400');
  });

  it('is none elsewhere', async () => {
    await expect(server.open('/private/wss')).rejects.toThrow('404');
  });
});

describe('a client on its socket', () => {
  it('subscribes, lists and unsubscribes', async () => {
    const client = await server.open('/private/ws');
    expect(await client.ask('SUBSCRIBE', [key])).toEqual({ result: null, id: 1 });
    expect(await client.ask('LIST_SUBSCRIPTIONS')).toEqual({ result: [key], id: 2 });
    await place('a');
    expect(await after(client)).toHaveLength(1);
    expect(await client.ask('UNSUBSCRIBE', [key])).toEqual({ result: null, id: 4 });
    await place('b');
    expect(await after(client)).toHaveLength(1);
  });

  it('turns the wrapping of combined streams on and reads it', async () => {
    const client = await server.open(`/private/ws?listenKey=${key}`);
    expect(await client.ask('GET_PROPERTY', ['combined'])).toMatchObject({ result: false });
    await client.ask('SET_PROPERTY', ['combined', true]);
    await place('a');
    expect((await after(client))[0]).toMatchObject({ stream: key, data: { e: 'ORDER_TRADE_UPDATE' } });
  });

  it('is told what is wrong with its request', async () => {
    const client = await server.open('/private/ws');
    expect(await client.ask('SUBSCRIBE_ALL')).toMatchObject({ error: { code: 2 } });
    client.socket.send('{');
    expect(await client.next()).toMatchObject({ error: { code: 3 } });
  });

  it('is put out after more than ten messages in a second', async () => {
    const client = await server.open('/private/ws');
    for (let count = 0; count < 11; count += 1) client.socket.send('{"method":"LIST_SUBSCRIPTIONS","id":0}');
    expect(await client.closed()).toBe(1008);
  });

  it('is pinged every three minutes and put out when its socket is a day old', async () => {
    const client = await server.open(`/private/ws?listenKey=${key}`);
    const pinged = new Promise((resolve) => client.socket.once('ping', resolve));
    venue.clock.now += 3 * MINUTE;
    venue.exchange.streams.tick();
    await pinged;
    venue.clock.now += 24 * 60 * MINUTE;
    venue.exchange.streams.tick();
    expect(await client.closed()).toBe(1001);
  });

  it('is put out when it has not answered a ping for ten minutes', async () => {
    const client = await server.open(`/private/ws?listenKey=${key}`);
    // A paused socket reads nothing, so no pong goes back.
    client.socket.pause();
    venue.clock.now += 3 * MINUTE;
    venue.exchange.streams.tick();
    venue.clock.now += 10 * MINUTE;
    venue.exchange.streams.tick();
    client.socket.resume();
    expect(await client.closed()).toBe(1006);
  });
});

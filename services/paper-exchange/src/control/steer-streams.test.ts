import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restingOrder, type TestVenue, testVenue } from '../protocols/binance-usdm/testing/signed-client.ts';
import { type StreamClient, type StreamServer, serveStreams } from '../protocols/binance-usdm/testing/stream-client.ts';

let venue: TestVenue;
let server: StreamServer;
let path: string;
let stream: StreamClient;

beforeEach(async () => {
  venue = testVenue();
  server = await serveStreams(venue);
  const { listenKey } = (await venue.call('POST', '/fapi/v1/listenKey')).body;
  path = `/private/ws?listenKey=${listenKey}`;
  stream = await server.open(path);
});
afterEach(() => server.stop());

const place = (id: string, key = 'paper-main') => venue.call('POST', '/fapi/v1/order', restingOrder(id), key);
const steer = (body: object) => venue.control('POST', '/streams', body);
const ids = async (client = stream): Promise<string[]> => {
  await client.ask('LIST_SUBSCRIPTIONS');
  return client.messages.filter(({ o }) => o).map(({ o }) => o.c);
};

describe('streams under control', () => {
  it('are cut without a word, and refused for a while', async () => {
    expect((await steer({ account: 'paper-main', do: 'cut', ms: 5_000 })).body).toEqual({ cut: 1 });
    expect(await stream.closed()).toBe(1006);
    await expect(server.open(path)).rejects.toThrow('503');
    venue.clock.now += 5_000;
    const again = await server.open(path);
    await place('a');
    expect(await ids(again)).toEqual(['a']);
  });

  it('of another account stay when one account’s are cut', async () => {
    expect((await steer({ account: 'paper-second', do: 'cut' })).body).toEqual({ cut: 0 });
    await place('a');
    expect(await ids()).toEqual(['a']);
  });

  it('are silent for a while: connected, answering, and without the events of that time', async () => {
    await steer({ do: 'silence', ms: 1_000 });
    await place('a');
    expect(await ids()).toEqual([]);
    venue.clock.now += 1_000;
    await place('b');
    expect(await ids()).toEqual(['b']);
  });

  it('lose the next events, or only those of a kind', async () => {
    await steer({ account: 'paper-main', do: 'drop', times: 2 });
    for (const id of ['a', 'b', 'c']) await place(id);
    expect(await ids()).toEqual(['c']);
    await steer({ do: 'drop', events: ['ACCOUNT_UPDATE'] });
    await venue.control('POST', '/fills', { clientOrderId: 'c' });
    await ids();
    expect(stream.messages.map(({ e }) => e).filter(Boolean)).toEqual([
      'ORDER_TRADE_UPDATE',
      'TRADE_LITE',
      'ORDER_TRADE_UPDATE',
    ]);
  });

  it('bring events twice', async () => {
    await steer({ do: 'duplicate', times: 1 });
    await place('a');
    await place('b');
    expect(await ids()).toEqual(['a', 'a', 'b']);
  });

  it('bring events late, one after the other', async () => {
    await steer({ do: 'delay', ms: 20, times: 'always' });
    for (const id of ['a', 'b']) await place(id);
    expect(await ids()).toEqual([]);
    expect((await stream.next(({ o }) => o)).o.c).toBe('a');
    expect((await stream.next(({ o }) => o)).o.c).toBe('b');
  });

  it('bring events in the wrong order', async () => {
    await steer({ do: 'reorder', times: 3 });
    for (const id of ['a', 'b']) await place(id);
    expect(await ids()).toEqual([]);
    for (const id of ['c', 'd']) await place(id);
    expect(await ids()).toEqual(['c', 'b', 'a', 'd']);
  });

  it('give out what is held when the faults are taken back', async () => {
    await steer({ do: 'reorder', times: 5 });
    for (const id of ['a', 'b']) await place(id);
    expect((await venue.control('DELETE', '/streams')).body.faults).toEqual([]);
    expect(await ids()).toEqual(['a', 'b']);
  });

  it('freeze like a peer that is gone: no events, no answers and no pongs', async () => {
    expect((await steer({ do: 'freeze', ms: 1_000 })).body).toEqual({ frozen: 1 });
    await place('a');
    const seen: string[] = [];
    stream.socket.on('pong', (data) => seen.push(String(data)));
    stream.socket.ping('1');
    stream.socket.send('{"method":"LIST_SUBSCRIPTIONS","id":"lost"}');
    const received = async () => (await venue.control('GET', '/streams')).body.connections[0].received;
    await expect.poll(received, { interval: 2 }).toBe(1);
    venue.clock.now += 1_000;
    stream.socket.ping('2');
    expect(await ids()).toEqual([]);
    expect([seen, stream.messages.some(({ id }) => id === 'lost')]).toEqual([['2'], false]);
  });

  it('have their listen key expired at once', async () => {
    expect((await steer({ account: 'paper-main', do: 'expire' })).body).toEqual({ expired: ['paper-main'] });
    expect(await stream.next()).toMatchObject({ e: 'listenKeyExpired' });
    expect((await venue.call('PUT', '/fapi/v1/listenKey')).body.code).toBe(-1125);
  });

  it('are listed with what they listen to and what was sent', async () => {
    await place('a');
    const { body } = await venue.control('GET', '/streams');
    expect(body.connections).toMatchObject([{ route: 'private', accounts: ['paper-main'], streams: [], sent: 1 }]);
    expect(body.listenKeys).toMatchObject([{ account: 'paper-main', validUntil: venue.clock.now + 3_600_000 }]);
  });

  it('end with a reset, because their keys are forgotten', async () => {
    await venue.control('POST', '/reset');
    expect(await stream.closed()).toBe(1006);
  });

  it.each([
    [{ do: 'silence' }, 'silence needs ms.'],
    [{ do: 'reorder' }, 'reorder needs times, 2 or more.'],
    [{ do: 'cut', account: 'nobody' }, 'No account nobody.'],
    [{ do: 'expire', of: 'market' }, 'Only user data streams have listen keys.'],
  ])('say what is wrong with %j', async (body, error) => {
    expect(await steer(body)).toMatchObject({ status: 400, body: { error } });
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestVenue, testVenue } from '../testing/signed-client.ts';
import { type StreamClient, type StreamServer, serveStreams } from '../testing/stream-client.ts';

let venue: TestVenue;
let server: StreamServer;

beforeEach(async () => {
  venue = testVenue();
  server = await serveStreams(venue);
});
afterEach(() => server.stop());

const move = (symbol: string, price: string) => venue.control('POST', '/prices', { symbol, price });
const heard = async (client: StreamClient) => {
  await client.ask('LIST_SUBSCRIPTIONS');
  return client.messages.filter((message) => message.id === undefined);
};

describe('market streams', () => {
  it('carry the tickers of what moved, in the documented fields', async () => {
    const client = await server.open('/market/ws/!ticker@arr');
    await move('BTCUSDT', '96960');
    expect(await heard(client)).toEqual([
      [
        {
          e: '24hrTicker',
          E: venue.clock.now,
          s: 'BTCUSDT',
          ps: 'BTCUSDT',
          p: '0.00',
          P: '0.000',
          w: '96960.00',
          c: '96960.00',
          Q: '0.001',
          o: '96960.00',
          h: '96960.00',
          l: '96960.00',
          v: '0',
          q: '0',
          O: venue.clock.now - 86_400_000,
          C: venue.clock.now,
          F: 0,
          L: 0,
          n: 0,
          st: 1,
        },
      ],
    ]);
  });

  it('agree with the REST calls', async () => {
    const client = await server.open('/market/stream?streams=btcusdt@ticker/ethusdt@miniTicker');
    await venue.control('POST', '/prices/resume');
    venue.exchange.walk();
    const [ticker, mini] = await heard(client);
    const day = async (symbol: string) => (await venue.call('GET', '/fapi/v1/ticker/24hr', { symbol })).body;
    const btc = await day('BTCUSDT');
    expect(ticker).toMatchObject({ stream: 'btcusdt@ticker', data: { c: btc.lastPrice, P: btc.priceChangePercent } });
    const eth = await day('ETHUSDT');
    expect(mini).toMatchObject({ stream: 'ethusdt@miniTicker', data: { c: eth.lastPrice, o: eth.openPrice } });
  });

  it('carry mark prices each second, and without @1s each third', async () => {
    const client = await server.open('/market/ws/!markPrice@arr@1s/ethusdt@markPrice');
    for (let second = 0; second < 4; second += 1) venue.exchange.streams.tick();
    const messages = await heard(client);
    const lists = messages.filter(Array.isArray);
    expect(lists).toHaveLength(4);
    expect(lists[0]).toHaveLength(venue.exchange.venue.markets.size);
    expect(lists[0]?.[0]).toEqual({
      e: 'markPriceUpdate',
      E: venue.clock.now,
      s: 'BTCUSDT',
      p: '96000.00',
      ap: '96000.00',
      P: '96000.00',
      i: '96000.00',
      r: '0.00000000',
      T: expect.any(Number),
      st: 1,
    });
    expect(messages.filter(({ s }) => s === 'ETHUSDT')).toHaveLength(2);
  });

  it('carry the best prices with each move, one message a symbol', async () => {
    const client = await server.open('/public/ws/!bookTicker');
    await move('BTCUSDT', '96960');
    await move('ETHUSDT', '3700');
    const messages = await heard(client);
    expect(messages.map(({ s, b, a }) => [s, b, a])).toEqual([
      ['BTCUSDT', '96959.90', '96960.10'],
      ['ETHUSDT', '3699.99', '3700.01'],
    ]);
  });

  it('come on their own address: book tickers on /public, the others on /market', async () => {
    const names = '!miniTicker@arr/!bookTicker';
    const open = (path: string) => server.open(`${path}/ws/${names}`);
    const [onPublic, onMarket, onNeither] = [await open('/public'), await open('/market'), await open('')];
    await move('BTCUSDT', '96960');
    const events = async (client: StreamClient) => (await heard(client)).map((one) => one.e ?? one[0].e);
    expect(await events(onPublic)).toEqual(['bookTicker']);
    expect(await events(onMarket)).toEqual(['24hrMiniTicker']);
    expect(await events(onNeither)).toEqual(['bookTicker']);
    await venue.control('POST', '/switches', { unroutedStreams: 'sent' });
    await move('BTCUSDT', '96961');
    expect((await events(onNeither)).slice(1)).toEqual(['bookTicker', '24hrMiniTicker']);
  });

  it('acknowledge a name that is none, and carry nothing for it', async () => {
    const client = await server.open('/market/ws/0');
    expect(await client.ask('SUBSCRIBE', ['BTCUSDT@ticker', 'btcusdt@nothing'])).toMatchObject({ result: null });
    await move('BTCUSDT', '96960');
    expect(await heard(client)).toEqual([]);
  });

  it('are cut and silenced apart from user data streams', async () => {
    const client = await server.open('/market/ws/!miniTicker@arr');
    await venue.control('POST', '/streams', { of: 'market', do: 'drop' });
    await move('BTCUSDT', '96960');
    expect(await heard(client)).toEqual([]);
    await move('BTCUSDT', '96961');
    expect(await heard(client)).toHaveLength(1);
    expect((await venue.control('POST', '/streams', { do: 'cut' })).body).toEqual({ cut: 0 });
    expect((await venue.control('POST', '/streams', { of: 'market', do: 'cut', ms: 1_000 })).body).toEqual({ cut: 1 });
    await client.closed();
    await expect(server.open('/market/ws/!miniTicker@arr')).rejects.toThrow('503');
  });
});

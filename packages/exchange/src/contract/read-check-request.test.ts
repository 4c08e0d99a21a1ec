import { expect, test } from 'vitest';
import { PRODUCTION_WORDS, readCheckRequest } from './read-check-request.ts';

const keys = { API_KEY: 'demo-key', API_SECRET: 'demo-secret' };
const spot = { ...keys, VENUE: 'binance-spot' };

test('without more it is the sandbox, where buying and selling cost nothing', () => {
  expect(readCheckRequest(spot)).toEqual({
    venue: 'binance-spot',
    endpoint: 'https://testnet.binance.vision',
    credentials: { apiKey: 'demo-key', secret: 'demo-secret' },
    symbol: 'BTC/USDT',
    trades: true,
  });
});

test('an endpoint is reduced to its origin, and need not be an exchange at all', () => {
  const at = { ...spot, ENDPOINT: 'http://127.0.0.1:8090/api/v3', SYMBOL: 'ETH/USDT', TRADES: 'no' };
  expect(readCheckRequest(at)).toMatchObject({ endpoint: 'http://127.0.0.1:8090', symbol: 'ETH/USDT', trades: false });
});

test.each([
  ['no venue', { ...keys }, /name one of .*binance-spot/],
  ['an unknown venue', { ...keys, VENUE: 'binance' }, /VENUE=binance: name one of/],
  ['no keys', { VENUE: 'binance-spot' }, /Set API_KEY and API_SECRET to keys of https:\/\/testnet.binance.vision/],
  ['half of the keys', { VENUE: 'binance-spot', API_KEY: 'x' }, /Set API_KEY and API_SECRET/],
  ['no account number where it takes one', { ...keys, VENUE: 'kis' }, /Set ACCOUNT_NUMBER/],
  ['no endpoint but a word', { ...spot, ENDPOINT: 'testnet' }, /expected an origin/],
])('with %s it says what to do', (_what, env, sentence) => {
  expect(readCheckRequest(env)).toMatch(sentence);
});

test.each(['production', 'https://api.binance.com', 'https://api1.binance.com/', 'https://fapi.binance.com'])(
  'nothing is sent to %s unless somebody says that it is meant, and then nothing is bought',
  (endpoint) => {
    const real = { ...spot, ENDPOINT: endpoint };
    expect(readCheckRequest(real)).toMatch(/takes real orders/);
    expect(readCheckRequest({ ...real, PRODUCTION: 'yes' })).toMatch(/takes real orders/);
    expect(readCheckRequest({ ...real, PRODUCTION: PRODUCTION_WORDS })).toMatchObject({ trades: false });
  },
);

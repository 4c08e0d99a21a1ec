import { afterEach, beforeEach, expect, test } from 'vitest';
import { credentials } from '../testing/sample-orders.ts';
import { byRoute, type ScriptedVenue, startScriptedVenue } from '../testing/scripted-venue.ts';
import { createBinanceUsdm } from './binance-usdm.ts';

let venue: ScriptedVenue;

beforeEach(async () => {
  venue = await startScriptedVenue();
});

afterEach(async () => {
  await venue.close();
});

const trade = (id: number) => ({
  symbol: 'BTCUSDT',
  id,
  orderId: 4087922044,
  side: 'SELL',
  price: '95000.10',
  qty: '0.002',
  quoteQty: '190.0002',
  realizedPnl: '0.25',
  commission: '0.07600008',
  commissionAsset: 'USDT',
  time: 1750000000200 + id,
  positionSide: 'BOTH',
  buyer: false,
  maker: false,
});

/** Has the venue answer with pages of its executions 1 to `count`. */
function executed(count: number): { id: number }[] {
  const all = Array.from({ length: count }, (_, index) => trade(index + 1));
  byRoute(venue, {
    'GET /fapi/v1/userTrades': ({ params }) => {
      const first = params.fromId === undefined ? 0 : all.findIndex(({ id }) => id >= Number(params.fromId));
      return { json: all.slice(first, first + Number(params.limit)) };
    },
  });
  return all;
}

test('executions are read page by page, from an instant and then by trade id', async () => {
  const all = executed(2_300);
  const exchange = createBinanceUsdm({ credentials, endpoint: venue.endpoint });
  const fills = await exchange.fills('BTC/USDT', { since: 1_750_000_000_000.5 });
  expect(fills.map((fill) => fill.tradeId)).toEqual(all.map(({ id }) => String(id)));
  expect(venue.seen.map(({ params }) => [params.startTime, params.fromId])).toEqual([
    ['1750000000000', undefined],
    [undefined, '1001'],
    [undefined, '2001'],
  ]);
  expect(fills[0]).toEqual({
    tradeId: '1',
    clientOrderId: null,
    exchangeOrderId: '4087922044',
    symbol: 'BTC/USDT',
    side: 'sell',
    quantity: '0.002',
    price: '95000.1',
    fee: '0.07600008',
    feeCurrency: 'USDT',
    realizedPnl: '0.25',
    maker: false,
    at: 1750000000201,
  });
});

test('a list with one execution that cannot be read is no list: the missing one would never be looked for again', async () => {
  byRoute(venue, { 'GET /fapi/v1/userTrades': () => ({ json: [trade(1), { id: 2 }] }) });
  const exchange = createBinanceUsdm({ credentials, endpoint: venue.endpoint });
  await expect(exchange.fills('BTC/USDT', { fromId: '1' })).rejects.toThrow('documented shape');
});

test('a window that is full is read on by trade id, and no further than it reaches', async () => {
  executed(2_300);
  const exchange = createBinanceUsdm({ credentials, endpoint: venue.endpoint });
  await exchange.fills('BTC/USDT', { since: 1_750_000_000_200, until: 1_750_000_001_300 });
  expect(venue.seen.map(({ params }) => [params.startTime, params.endTime, params.fromId])).toEqual([
    ['1750000000200', '1750000001300', undefined],
    [undefined, undefined, '1001'],
  ]);
});

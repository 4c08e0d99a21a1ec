import type { Exchange, OrderReport } from '@sluice/exchange';
import { expect, test } from 'vitest';
import { anOrder } from '../planning/order.fixture.ts';
import { countLive } from './count-live.ts';
import { sendTaskOf } from './send-task.ts';

const report = (clientOrderId: string, more: Partial<OrderReport> = {}) =>
  ({ clientOrderId, symbol: 'BTC/USDT', conditional: false, status: 'open', ...more }) as OrderReport;
const stop = { conditional: true } as const;

const task = (conditional: boolean) => {
  const sent = sendTaskOf(anOrder(1, { type: 'STOP_MARKET', status: 'submitting' }), {});
  return { ...sent, conditional, request: { ...sent.request, clientOrderId: 'test-ours0' } };
};
const venue = (name: Exchange['venue'], lists: { symbol: OrderReport[]; stops: OrderReport[] }) =>
  ({
    venue: name,
    openOrders: async () => lists.symbol,
    openConditionalOrders: async () => lists.stops,
  }) as unknown as Exchange;

const symbol = [
  report('test-ours1'),
  report('test-ours2', stop),
  report('web_1', stop),
  // Triggered, it rests in the book and holds no conditional slot any more.
  report('web_2', { ...stop, status: 'triggered' }),
];

test('a stop refused by a full book counts the stops of its symbol, where they stand in the symbol’s own book', async () => {
  const spot = venue('binance-spot', { symbol, stops: Array.from({ length: 9 }, (_, n) => report(`web_${n}`, stop)) });
  expect(await countLive(spot, task(true))).toEqual({
    open: 4,
    conditional: 2,
    foreignOpen: 2,
    foreignConditional: 1,
  });
});

test('and those of the account, where they have a service and a limit of their own', async () => {
  const stops = [report('test-ours1', stop), report('web_1', { ...stop, symbol: 'ETH/USDT' })];
  expect(await countLive(venue('binance-usdm', { symbol, stops }), task(true))).toEqual({
    open: 2,
    conditional: 2,
    foreignOpen: 0,
    foreignConditional: 0,
  });
});

test('a plain order counts what is open on its symbol, wherever stops stand', async () => {
  expect(await countLive(venue('binance-usdm', { symbol, stops: [] }), task(false))).toMatchObject({
    open: 4,
    foreignOpen: 2,
  });
});

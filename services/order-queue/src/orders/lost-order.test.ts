import type { Side } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { couldBeLost, judgeLostOrder, LOST_AFTER_MS } from './lost-order.ts';

const sentAt = 1_700_000_000_000;
const sent = { type: 'LIMIT', side: 'buy', quantity: '7', price: '71200', stopPrice: null } as const;
const listed = (exchangeOrderId: string, over: object = {}) => ({
  exchangeOrderId,
  ...sent,
  placedAt: sentAt + 500,
  ...over,
});
const nothing = { noted: new Set<string>(), ours: new Set<string>() };
const ids = (day: ReturnType<typeof listed>[], known = nothing) =>
  couldBeLost(sent, sentAt, day, known).map((order) => order.exchangeOrderId);

describe('a placement whose answer was lost, on a venue without client order ids', () => {
  it('can be an order that is like it in side, type, quantity and price', () => {
    expect(ids([listed('1', { quantity: '7.0', price: '71200.00' })])).toEqual(['1']);
    const unlike = [{ side: 'sell' }, { type: 'MARKET' }, { quantity: '8' }, { price: '71300' }, { price: null }];
    expect(ids(unlike.map((over, at) => listed(String(at), over)))).toEqual([]);
  });

  it('can, as a MARKET order, be one whatever price the venue shows for it', () => {
    const market = { ...sent, type: 'MARKET', price: null } as const;
    const day = [listed('1', { type: 'MARKET', price: null }), listed('2', { type: 'MARKET', price: '0' })];
    expect(couldBeLost(market, sentAt, day, nothing)).toHaveLength(2);
  });

  it('can, as a STOP_LIMIT, be one with the same trigger or with none that is told', () => {
    const stop = { ...sent, type: 'STOP_LIMIT', stopPrice: '71000' } as const;
    const day = ['71000', null, '70900'].map((stopPrice, at) => listed(String(at), { ...stop, stopPrice }));
    expect(couldBeLost(stop, sentAt, day, nothing).map((order) => order.exchangeOrderId)).toEqual(['0', '1']);
  });

  it('cannot be an order that was there before it was sent, nor another of ours', () => {
    const known = { noted: new Set(['1']), ours: new Set(['2']) };
    expect(ids([listed('1'), listed('2'), listed('3')], known)).toEqual(['3']);
  });

  it('cannot be one of another time of the day', () => {
    const at = (ms: number) => listed(String(ms), { placedAt: sentAt + ms });
    expect(ids([at(-10_001), at(-10_000), at(70_000), at(70_001)])).toEqual(['-10000', '70000']);
  });

  it('is adopted when one candidate is there, and a person is asked about none and about several, once none can come', () => {
    const kinds = [0, 1, 2].map((candidates) =>
      [0, LOST_AFTER_MS - 1, LOST_AFTER_MS].map((later) => judgeLostOrder(candidates, sentAt, sentAt + later).kind),
    );
    expect(kinds).toEqual([
      ['look_again', 'look_again', 'person'],
      ['adopt', 'adopt', 'adopt'],
      ['look_again', 'look_again', 'person'],
    ]);
  });

  it('never left when the numbers of the day were never noted', () => {
    expect(judgeLostOrder(1, null, sentAt + LOST_AFTER_MS).kind).toBe('never_sent');
  });

  it('is never taken for a stranger: whatever else the day holds, only what was not there and is like it is a candidate', () => {
    const order = fc.record({
      exchangeOrderId: fc.integer({ min: 1, max: 30 }).map(String),
      type: fc.constantFrom('LIMIT', 'MARKET'),
      side: fc.constantFrom<Side[]>('buy', 'sell'),
      quantity: fc.constantFrom('7', '8'),
      price: fc.constantFrom('71200', '71300', null),
      stopPrice: fc.constant(null),
      placedAt: fc.integer({ min: sentAt - 30_000, max: sentAt + 120_000 }),
    });
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 30 }).map(String));
    const day = fc.uniqueArray(order, { selector: ({ exchangeOrderId }) => exchangeOrderId });
    fc.assert(
      fc.property(day, some, some, fc.boolean(), (others, noted, ours, arrived) => {
        const own = listed('own');
        const found = couldBeLost(sent, sentAt, arrived ? [...others, own] : others, {
          noted: new Set(noted),
          ours: new Set(ours),
        });
        // What did arrive is always among them, so one candidate that is not it means that it has not arrived.
        expect(found.some(({ exchangeOrderId }) => exchangeOrderId === 'own')).toBe(arrived);
        for (const { exchangeOrderId, side, quantity } of found) {
          expect([noted.includes(exchangeOrderId), ours.includes(exchangeOrderId)]).toEqual([false, false]);
          expect([side, quantity]).toEqual(['buy', '7']);
        }
        if (arrived && found.length === 1) expect(found).toEqual([own]);
      }),
      { numRuns: 500 },
    );
  });
});

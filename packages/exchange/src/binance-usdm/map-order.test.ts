import { describe, expect, it } from 'vitest';
import { algoOrder, venueOrder } from './documented-shapes.ts';
import { mapAlgoOrder, mapOrder } from './map-order.ts';

const canonical = (venueSymbol: string) => venueSymbol;
const order = (more: object, kind: 'acknowledgement' | 'state' = 'state') =>
  mapOrder(venueOrder('a1', more), canonical, kind);
const algo = (more: object) => mapAlgoOrder(algoOrder('s1', more), canonical);

describe('An order of the matching engine', () => {
  it.each([
    ['NEW', 'open'],
    ['PARTIALLY_FILLED', 'open'],
    ['FILLED', 'filled'],
    ['CANCELED', 'cancelled'],
    ['REJECTED', 'rejected'],
    ['EXPIRED', 'expired'],
    ['EXPIRED_IN_MATCH', 'expired'],
  ])('with status %s is %s', (status, expected) => {
    expect(order({ status })?.status).toBe(expected);
  });

  it('with a status nobody has heard of is no order we can judge', () => {
    expect(order({ status: 'HALTED' })).toBeUndefined();
  });

  it('says nothing of fills in an acknowledgement, and everything in a state', () => {
    expect(order({ status: 'NEW', executedQty: '0.000' }, 'acknowledgement')?.executed).toBeNull();
    expect(order({ status: 'FILLED', executedQty: '0.010' }, 'acknowledgement')?.executed).toBe('0.01');
    expect(order({ status: 'NEW', executedQty: '0.000' })?.executed).toBe('0');
  });

  it('reads acks without avgPrice and cumQuote, which left them on 2026-06-30', () => {
    expect(order({ avgPrice: undefined, cumQuote: undefined })?.averagePrice).toBeNull();
  });

  it('reads an average price of zero as none', () => {
    expect(order({ avgPrice: '0.00000' })?.averagePrice).toBeNull();
    expect(order({ avgPrice: '95000.12345' })?.averagePrice).toBe('95000.12345');
  });

  it('keeps ids larger than a number can hold when they come as text', () => {
    expect(order({ orderId: '9223372036854775807' })?.exchangeOrderId).toBe('9223372036854775807');
  });

  it('that was a stop has been triggered', () => {
    expect(order({ origType: 'STOP', orderId: 99 })).toMatchObject({
      conditional: true,
      type: 'STOP_LIMIT',
      status: 'triggered',
      triggeredOrderId: '99',
    });
  });

  it.each([['LIQUIDATION'], ['MARKET']])('of type %s counts as a market order', (type) => {
    expect(order({ type, origType: type })?.type).toBe('MARKET');
  });

  it('with a quantity that is no number is no order we can judge', () => {
    expect(order({ origQty: 'many' })).toBeUndefined();
    expect(order({ executedQty: 'NaN' })).toBeUndefined();
  });
});

describe('A conditional order', () => {
  it.each([
    ['NEW', 'open'],
    ['TRIGGERING', 'triggered'],
    ['TRIGGERED', 'triggered'],
    ['FINISHED', 'triggered'],
    ['CANCELED', 'cancelled'],
    ['REJECTED', 'rejected'],
    ['EXPIRED', 'expired'],
  ])('with status %s is %s', (algoStatus, expected) => {
    expect(algo({ algoStatus })?.status).toBe(expected);
  });

  it('has executed nothing before its trigger and an unknown quantity after it', () => {
    expect(algo({ algoStatus: 'NEW' })?.executed).toBe('0');
    expect(algo({ algoStatus: 'CANCELED' })?.executed).toBe('0');
    expect(algo({ algoStatus: 'TRIGGERED', actualOrderId: '99' })).toMatchObject({
      executed: null,
      triggeredOrderId: '99',
    });
  });

  it.each([
    ['STOP', 'STOP_LIMIT'],
    ['TAKE_PROFIT', 'STOP_LIMIT'],
    ['STOP_MARKET', 'STOP_MARKET'],
    ['TAKE_PROFIT_MARKET', 'STOP_MARKET'],
    ['TRAILING_STOP_MARKET', 'STOP_MARKET'],
  ])('of type %s counts as %s', (orderType, expected) => {
    expect(algo({ orderType })?.type).toBe(expected);
  });

  it('that closes a whole position is read though it names no quantity', () => {
    expect(algo({ closePosition: true, quantity: null, price: null })).toMatchObject({ quantity: '0', price: null });
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseAlert } from './normalise-alert.ts';
import type { VenueSymbols } from './normalise-symbol.ts';
import { readBody } from './read-body.ts';
import { type Validation, validateAlert } from './validate-alert.ts';

const limit = { symbol: 'BTC/USDT', order_type: 'LIMIT', side: 'buy', price: '95000', qty_per: 10 };

function judge(body: object | string, known: VenueSymbols[] = [null], header: string | null = null): Validation {
  const reading = readBody(typeof body === 'string' ? body : JSON.stringify(body));
  if (reading.kind === 'unreadable') throw new Error(JSON.stringify(reading.errors));
  const normalised = normaliseAlert(reading.body);
  if (normalised.kind === 'refused') throw new Error(JSON.stringify(normalised.errors));
  return validateAlert(normalised.alert, known, header);
}

function errorsOf(...args: Parameters<typeof judge>): Record<string, string> {
  const result = judge(...args);
  if (result.kind === 'valid') throw new Error('was accepted');
  return Object.fromEntries(result.errors.map(({ path, message }) => [path, message]));
}

function accepted(...args: Parameters<typeof judge>) {
  const result = judge(...args);
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.errors));
  return result.alert;
}

describe('a field that is wrong is refused by its path', () => {
  const price = (value: unknown) => ({ orders: [limit, limit, limit, { ...limit, price: value }] });
  test.each<[string, object | string, string, RegExp]>([
    ['an unknown order type', { ...limit, order_type: 'TRAILING' }, 'order_type', /"TRAILING" is not one of MARKET/],
    ['no order type', { ...limit, order_type: undefined }, 'order_type', /is missing/],
    ['an order type that is a number', { ...limit, order_type: 1 }, 'order_type', /must be one of/],
    ['no symbol', { ...limit, symbol: undefined }, 'symbol', /is missing; LIMIT needs it/],
    ['a symbol that is a number', { ...limit, symbol: 5 }, 'symbol', /must be text/],
    ['an empty symbol', { ...limit, symbol: '' }, 'symbol', /must be text/],
    ['no side', { ...limit, side: undefined }, 'side', /is missing/],
    ['a side that is neither', { ...limit, side: 'long' }, 'side', /buy or sell/],
    ['no price', { orders: [limit, { ...limit, price: undefined }] }, 'orders[1].price', /is missing; LIMIT needs it/],
    ['a price that is null', price(null), 'orders[3].price', /is missing/],
    ['an empty price', price(''), 'orders[3].price', /is empty/],
    ['a price that is words', price('market'), 'orders[3].price', /"market" is not a decimal number/],
    ['a price that is an object', price({}), 'orders[3].price', /must be a decimal number/],
    ['a price that is true', price(true), 'orders[3].price', /must be a decimal number/],
    ['a price of NaN as text', price('NaN'), 'orders[3].price', /"NaN" is not a decimal number/],
    ['an infinite price as text', price('Infinity'), 'orders[3].price', /not a decimal number/],
    ['a hexadecimal price as text', price('0x10'), 'orders[3].price', /"0x10" is not a decimal number/],
    ['a price with thousands commas', price('95,000'), 'orders[3].price', /thousands commas/],
    ['a price with a decimal comma', price('95,5'), 'orders[3].price', /not a decimal number/],
    ['a negative price', price('-1'), 'orders[3].price', /"-1" must be above 0/],
    ['a negative price as a number', price(-1.5), 'orders[3].price', /must be above 0/],
    ['a price of zero', price('0.00'), 'orders[3].price', /must be above 0/],
    [
      'a price of 1e999',
      '{"orders":[{"symbol":"BTC/USDT","order_type":"LIMIT","side":"buy","price":1e999,"qty_per":1}]}',
      'orders[0].price',
      /more than 28 digits/,
    ],
    ['a price of 1e-999 as text', price('1e-999'), 'orders[3].price', /more than 28 digits/],
    ['a price with a huge exponent', price('1e99999999999'), 'orders[3].price', /not a decimal number/],
    ['a price of a million digits', price('9'.repeat(200_000)), 'orders[3].price', /more than 28 digits/],
    [
      'a stop without a stop price',
      { ...limit, order_type: 'STOP_LIMIT' },
      'stop_price',
      /is missing; STOP_LIMIT needs it/,
    ],
    ['a qty_per of 0', { ...limit, qty_per: 0 }, 'qty_per', /must be above 0/],
    ['a qty_per of 10,001', { ...limit, qty_per: 10_001 }, 'qty_per', /at most 10000/],
    ['a qty_per just above 10,000', { ...limit, qty_per: '10000.000000000000000000001' }, 'qty_per', /at most 10000/],
    ['reduce_only that is a word', { ...limit, reduce_only: 'yes' }, 'reduce_only', /true or false/],
    ['a cancel of nothing', { order_type: 'CANCEL' }, 'symbol', /is missing; CANCEL needs it/],
    ['a cancel of a symbol without a side', { order_type: 'CANCEL', symbol: 'BTC/USDT' }, 'side', /is missing/],
    ['a cancel of all without a symbol', { order_type: 'CANCEL_ALL_ORDER' }, 'symbol', /is missing/],
    ['an order id with blanks', { order_type: 'CANCEL', order_id: 'a b' }, 'order_id', /exchange order id/],
    ['orders that are no list', { orders: {} }, 'orders', /must be a list/],
    ['orders that are null', { orders: null }, 'orders', /must be a list/],
    ['no order at all', { orders: [] }, 'orders', /has no order/],
    ['201 orders', { orders: Array.from({ length: 201 }, () => limit) }, 'orders', /has 201 orders/],
    ['an order that is text', { orders: [limit, 'buy'] }, 'orders[1]', /must be an object/],
    ['an order that is a list', { orders: [[]] }, 'orders[0]', /must be an object/],
    ['a local time', { ...limit, timestamp: '2025-10-10T08:34:30' }, 'timestamp', /with a zone/],
    ['a 31st of February', { ...limit, timestamp: '2025-02-31T25:00:00Z' }, 'timestamp', /ISO 8601/],
    ['an empty alert_id', { ...limit, alert_id: '' }, 'alert_id', /1 to 200/],
    ['an alert_id that is a list', { ...limit, alert_id: [] }, 'alert_id', /1 to 200/],
    [
      'an alert_id with the token in it',
      { ...limit, token: 'hush', alert_id: 'a-hush-1' },
      'alert_id',
      /contain the token/,
    ],
  ])('%s', (_title, body, path, message) => {
    const errors = errorsOf(body);
    expect(errors).toHaveProperty([path]);
    expect(errors[path]).toMatch(message);
  });

  test('everything wrong is named at once', () => {
    const body = {
      orders: [{ ...limit, price: 'x', side: 'up' }, limit, { ...limit, qty_per: -1 }, { order_type: '?' }],
    };
    expect(Object.keys(errorsOf(body))).toEqual([
      'orders[0].side',
      'orders[0].price',
      'orders[2].qty_per',
      'orders[3].order_type',
    ]);
  });

  test('two different ids in header and body', () => {
    expect(errorsOf({ ...limit, alert_id: 'a' }, [null], 'b')).toHaveProperty('alert_id');
  });
});

describe('an alert that is right is stored in one form', () => {
  test('a limit order', () => {
    expect(accepted(limit).orders).toEqual([
      {
        orderIndex: 0,
        type: 'LIMIT',
        symbol: 'BTC/USDT',
        side: 'buy',
        price: '95000',
        stopPrice: null,
        qtyPer: '10',
        orderId: null,
        reduceOnly: false,
      },
    ]);
  });

  test('side and type in any case, decimals as numbers or text, digit for digit', () => {
    const text =
      '{"symbol":"BTCUSDT.P","order_type":"stop_limit","side":"SELL","price":95000.10,"stop_price":"0.00000001","qty_per":1e2,"reduce_only":"True"}';
    expect(accepted(text).orders[0]).toMatchObject({
      type: 'STOP_LIMIT',
      symbol: 'BTC/USDT',
      side: 'sell',
      price: '95000.10',
      stopPrice: '0.00000001',
      qtyPer: '100',
      reduceOnly: true,
    });
  });

  test('a market order needs no price, and one it has is left aside and named', () => {
    const { orders, warnings } = accepted({ ...limit, order_type: 'MARKET', price: 'NaN' });
    expect(orders[0]).toMatchObject({ type: 'MARKET', price: null });
    expect(warnings).toEqual(['price: not used by MARKET']);
  });

  test('a cancel by id needs nothing else', () => {
    expect(accepted({ order_type: 'CANCEL', order_id: 123 }).orders[0]).toMatchObject({
      orderId: '123',
      symbol: null,
      side: null,
    });
  });

  test('a cancel of all needs no side', () => {
    expect(accepted({ order_type: 'CANCEL_ALL_ORDER', symbol: 'BTCUSDT' }).orders[0]).toMatchObject({
      symbol: 'BTC/USDT',
      side: null,
    });
  });

  test('unknown fields are named, the first fifty of them', () => {
    expect(accepted({ orders: [{ ...limit, comment: 'x' }], strategy: 'y' }).warnings).toEqual([
      'strategy: unknown field, kept but not used',
      'orders[0].comment: unknown field, kept but not used',
    ]);
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}`, at]));
    expect(accepted({ ...limit, ...many }).warnings.at(-1)).toBe('and 10 more');
  });

  test('the id of the alert comes from the body or the Idempotency-Key header', () => {
    expect(accepted({ ...limit, alert_id: 'a' }).alertId).toBe('a');
    expect(accepted('{"alert_id":12,"order_type":"CANCEL","order_id":"1"}').alertId).toBe('12');
    expect(accepted(limit, [null], 'h').alertId).toBe('h');
    expect(accepted({ ...limit, alert_id: 'h' }, [null], 'h').alertId).toBe('h');
    expect(accepted(limit).alertId).toBeNull();
  });

  test("TradingView's time of firing", () => {
    expect(accepted({ ...limit, timestamp: '2025-10-10T08:34:30Z' }).firedAt).toEqual(new Date('2025-10-10T08:34:30Z'));
    expect(accepted({ ...limit, timestamp: '2025-10-10T17:34:30+09:00' }).firedAt).toEqual(
      new Date('2025-10-10T08:34:30Z'),
    );
  });

  test('a plain decimal keeps every digit', () => {
    const decimal = fc
      .tuple(
        fc.bigInt({ min: 0n, max: 10n ** 14n }),
        fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 12 }),
      )
      .map(([whole, fraction]) => (fraction === '' ? `${whole}` : `${whole}.${fraction}`))
      .filter((text) => !/^0(\.0*)?$/.test(text));
    fc.assert(
      fc.property(decimal, fc.boolean(), (text, quoted) => {
        const written = quoted ? `"${text}"` : text;
        const alert = accepted(
          `{"symbol":"BTC/USDT","order_type":"LIMIT","side":"buy","price":${written},"qty_per":1}`,
        );
        expect(alert.orders[0]?.price).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a symbol no account can trade', () => {
  const known = new Set(['ETH/USDT']);
  test('refuses the batch once symbols are known', () => {
    expect(errorsOf({ orders: [limit] }, [known])).toEqual({
      'orders[0].symbol': 'no account of the strategy can trade BTC/USDT',
    });
  });
  test('is no reason while one market has no symbol list yet', () => {
    expect(accepted(limit, [known, null]).orders).toHaveLength(1);
  });
  test('is no reason where one market lists it', () => {
    expect(accepted(limit, [known, new Set(['BTC/USDT'])]).orders).toHaveLength(1);
  });
  test('can still be cancelled', () => {
    expect(accepted({ order_type: 'CANCEL_ALL_ORDER', symbol: 'BTCUSDT' }, [known]).orders[0]?.symbol).toBe('BTC/USDT');
  });
});

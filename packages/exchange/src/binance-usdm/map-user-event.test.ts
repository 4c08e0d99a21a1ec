import { describe, expect, test } from 'vitest';
import { mapUserEvent } from './map-user-event.ts';

// Frames with the fields Binance documents, of which fewer are read.

const toCanonical = (symbol: string) => symbol.replace('USDT', '/USDT');
const read = (frame: object) => mapUserEvent(JSON.stringify(frame), toCanonical);

const order = (more: object = {}) => ({
  e: 'ORDER_TRADE_UPDATE',
  E: 1750000000301,
  T: 1750000000300,
  o: {
    s: 'BTCUSDT',
    c: 'test-1',
    S: 'BUY',
    o: 'LIMIT',
    f: 'GTC',
    q: '0.010',
    p: '95000.10',
    ap: '0',
    sp: '0',
    x: 'NEW',
    X: 'NEW',
    i: 8886774,
    l: '0',
    z: '0',
    L: '0',
    T: 1750000000300,
    t: 0,
    m: false,
    R: false,
    ot: 'LIMIT',
    ps: 'BOTH',
    rp: '0',
    ...more,
  },
});

const execution = {
  x: 'TRADE',
  X: 'PARTIALLY_FILLED',
  l: '0.004',
  z: '0.006',
  L: '95000.10',
  ap: '95000.10',
  n: '-0.0190',
  N: 'USDT',
  t: 77,
  rp: '-1.50',
  m: true,
};

const algo = (more: object = {}) => ({
  e: 'ALGO_UPDATE',
  T: 1750000000300,
  E: 1750000000301,
  o: {
    caid: 'test-stop',
    aid: 2148719,
    at: 'CONDITIONAL',
    o: 'STOP',
    s: 'BTCUSDT',
    S: 'SELL',
    q: '0.01',
    X: 'NEW',
    ai: '',
    tp: '90000',
    p: '89900',
    R: true,
    ...more,
  },
});

describe('an event of an order', () => {
  test('is the order as a look-up would show it, with no execution while there is none', () => {
    expect(read(order())).toMatchObject({
      kind: 'order',
      report: {
        clientOrderId: 'test-1',
        exchangeOrderId: '8886774',
        symbol: 'BTC/USDT',
        status: 'open',
        executed: '0',
      },
      fill: null,
    });
  });

  test('carries the cumulative fill for the order and the one execution by itself, a rebate as a negative fee', () => {
    expect(read(order(execution))).toMatchObject({
      report: { status: 'open', executed: '0.006' },
      fill: {
        tradeId: '77',
        clientOrderId: 'test-1',
        exchangeOrderId: '8886774',
        symbol: 'BTC/USDT',
        side: 'buy',
        quantity: '0.004',
        price: '95000.1',
        fee: '-0.019',
        feeCurrency: 'USDT',
        realizedPnl: '-1.5',
        maker: true,
        at: 1750000000300,
      },
    });
  });

  test('has no commission where the exchange took none', () => {
    const { n: _, N: __, ...free } = execution;
    expect(read(order(free))).toMatchObject({ fill: { fee: '0', feeCurrency: null } });
  });

  test('of a stop that has triggered is that of the order it became', () => {
    expect(read(order({ ot: 'STOP', c: 'made-by-venue' }))).toMatchObject({
      report: { status: 'triggered', triggeredOrderId: '8886774', conditional: true },
    });
  });
});

describe('an event of a stop', () => {
  test('before its trigger says that nothing is executed', () => {
    expect(read(algo())).toMatchObject({
      report: {
        clientOrderId: 'test-stop',
        exchangeOrderId: '2148719',
        status: 'open',
        executed: '0',
        updatedAt: 1750000000300,
      },
      fill: null,
    });
  });

  test('at its trigger names the order it became, whose fill it does not know', () => {
    expect(read(algo({ X: 'TRIGGERED', ai: '8886774' }))).toMatchObject({
      report: { status: 'triggered', triggeredOrderId: '8886774', executed: null },
    });
  });
});

test('a stop that the exchange refuses at its trigger carries the reason', () => {
  expect(read(algo({ X: 'REJECTED', rm: 'Margin is insufficient.' }))).toMatchObject({
    report: { status: 'rejected', reason: 'Margin is insufficient.' },
  });
});

test('an execution is read once, from the event that has the order as well', () => {
  expect(read({ e: 'TRADE_LITE', s: 'BTCUSDT', c: 'test-1', t: 77 })).toBeNull();
  expect(read({ e: 'ACCOUNT_UPDATE', a: { B: [], P: [], m: 'ORDER' } })).toBeNull();
});

test('the end of the listen key is told', () => {
  expect(read({ e: 'listenKeyExpired', E: 1, listenKey: 'x' })).toEqual({
    kind: 'ended',
    reason: 'its listen key has expired',
  });
});

test('an order in a shape nobody documented is said to be unreadable, not passed over', () => {
  expect(read(order({ X: 'SOMETHING_NEW' }))).toEqual({ kind: 'unreadable' });
  expect(read({ e: 'ALGO_UPDATE', o: 'gone' })).toEqual({ kind: 'unreadable' });
  expect(mapUserEvent('<html>', toCanonical)).toEqual({ kind: 'unreadable' });
});

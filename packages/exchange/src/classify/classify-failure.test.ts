import { describe, expect, it } from 'vitest';
import { classifyFailure, type FailedAnswer } from './classify-failure.ts';
import type { FailureRow } from './failure-row.ts';
import { failureTable, findFailureRow } from './failure-table.ts';

const answered = (answer: Partial<FailedAnswer>): FailedAnswer => ({
  market: 'binance-usdm',
  call: 'place',
  stage: 'answered',
  httpStatus: 400,
  code: null,
  message: null,
  headers: {},
  errorClass: null,
  receivedAt: 1_700_000_000_000,
  ...answer,
});

type Verdict = `${FailureRow['outcome']} ${FailureRow['type']} ${FailureRow['action']}`;
type Case = [title: string, code: string | null, message: string, verdict: Verdict, more?: Partial<FailedAnswer>];

const finalUnknown = 'refused unknown fail';
const finalBalance = 'refused insufficient_balance fail';
const finalSymbol = 'refused invalid_symbol fail';
const finalLimit = 'refused limit_exceeded fail';
const fullBook = 'refused limit_exceeded requeue';
const slowDown = 'refused rate_limit retry';
const notDone = 'refused network_error retry';
const whoKnows = 'unresolved network_error resolve';
const pause = 'refused unknown pause_account';
const adopt = 'accepted unknown adopt';
const gone = 'gone unknown resolve';
const clock = 'refused network_error sync_clock';

const shared: Case[] = [
  ['an unknown error of the exchange leaves an order unresolved', '-1000', 'An unknown error occurred', whoKnows],
  ['a lost connection behind the gateway leaves an order unresolved', '-1001', 'Disconnected.', whoKnows],
  ['an unauthorized key pauses the account', '-1002', 'You are not authorized to execute this request.', pause],
  ['too many requests are retried later', '-1003', 'Too many requests queued.', slowDown, { httpStatus: 429 }],
  [
    'an unexpected response inside the exchange leaves an order unresolved',
    '-1006',
    'Execution status unknown.',
    whoKnows,
  ],
  ['a timeout inside the exchange leaves an order unresolved', '-1007', 'Timeout waiting for response.', whoKnows],
  ['a throttled order was not executed', '-1008', 'Request throttled.', notDone, { httpStatus: 503 }],
  [
    'too many new orders are retried in the next window',
    '-1015',
    'Too many new orders.',
    slowDown,
    { httpStatus: 429 },
  ],
  ['a service shutting down did not execute the order', '-1016', 'This service is no longer available.', notDone],
  ['a timestamp outside the window asks for a clock sync', '-1021', 'Timestamp for this request…', clock],
  ['a bad signature pauses the account', '-1022', 'Signature for this request is not valid.', pause],
  ['a cap on open orders found by a filter puts the order back', '-1013', 'Filter failure: MAX_NUM_ORDERS', fullBook],
  ['a filter on the quantity is final', '-1013', 'Filter failure: LOT_SIZE', finalUnknown],
  ['a filter on the price is final', '-1013', 'Filter failure: PRICE_FILTER', finalUnknown],
  ['too many decimals are final', '-1111', 'Precision is over the maximum defined for this asset.', finalUnknown],
  ['an unknown symbol is final', '-1121', 'Invalid symbol.', finalSymbol],
  ['a cap named by a rejection puts the order back', '-2010', 'Filter failure: MAX_NUM_ORDERS', fullBook],
  ['a rejection for lack of balance is final', '-2010', 'Account has insufficient balance for this.', finalBalance],
  ['a duplicate order means the first send arrived', '-2010', 'Duplicate order sent.', adopt],
  ['a rejection for another reason is final', '-2010', 'Rest API trading is not enabled.', finalUnknown],
  ['cancelling an unknown order asks for a look-up', '-2011', 'Unknown order sent.', gone, { call: 'cancel' }],
  ['looking up an unknown order finds none', '-2013', 'Order does not exist.', gone, { call: 'find' }],
  ['a malformed key pauses the account', '-2014', 'API-key format invalid.', pause],
  ['a rejected key pauses the account', '-2015', 'Invalid API-key, IP, or permissions for action.', pause],
  ['a page of the firewall is a rate limit', null, '<html>forbidden</html>', slowDown, { httpStatus: 403 }],
  ['a gateway timeout leaves an order unresolved', null, '', whoKnows, { httpStatus: 408 }],
  ['a banned address waits', null, '', slowDown, { httpStatus: 418 }],
  ['a 429 without a code waits', null, '', slowDown, { httpStatus: 429 }],
  ['a bad gateway leaves an order unresolved', null, 'Bad Gateway', whoKnows, { httpStatus: 502 }],
  ['a gateway’s 504 leaves an order unresolved', null, '', whoKnows, { httpStatus: 504 }],
];

const usdm: Case[] = [
  [
    'a 503 "Unknown error" leaves the order unresolved',
    null,
    'Unknown error, please check your request or try again later.',
    whoKnows,
    { httpStatus: 503 },
  ],
  ['a 503 "Service Unavailable." was not executed', null, 'Service Unavailable.', notDone, { httpStatus: 503 }],
  [
    'a 503 "Internal error" was not executed, though its code says disconnected',
    '-1001',
    'Internal error; unable to process your request. Please try again.',
    notDone,
    { httpStatus: 503 },
  ],
  [
    'the same text on another status leaves the order unresolved',
    '-1001',
    'Internal error; unable to process your request. Please try again.',
    whoKnows,
  ],
  ['an address not on the list pauses the account', '-1005', 'No such IP has been white listed', pause],
  ['an address barred from a route pauses the account', '-1011', 'This IP cannot access this route.', pause],
  ['a key not found pauses the account', '-1099', 'Not found, authenticated, or authorized', pause],
  ['an invalid account pauses it', '-1109', 'Invalid account.', pause],
  ['a symbol that does not trade is final', '-1122', 'Invalid symbol status.', finalSymbol],
  ['locked keys pause the account', '-2017', 'API Keys are locked on this account.', pause],
  ['too little balance is final', '-2018', 'Balance is insufficient.', finalBalance],
  ['too little margin is final', '-2019', 'Margin is insufficient.', finalBalance],
  ['a stop that would trigger at once is final', '-2021', 'Order would immediately trigger.', finalUnknown],
  ['a reduce-only order without a position is final', '-2022', 'ReduceOnly Order is rejected.', finalUnknown],
  ['an account in liquidation is paused', '-2023', 'User in liquidation mode now.', pause],
  ['too small a position is final', '-2024', 'Position is not sufficient.', finalBalance],
  ['too many open orders put the order back', '-2025', 'Reach max open order limit.', fullBook],
  [
    'a type not allowed with reduce-only is final',
    '-2026',
    'This OrderType is not supported when reduceOnly.',
    finalUnknown,
  ],
  [
    'a position over the leverage’s maximum is final',
    '-2027',
    'Exceeded the maximum allowable position at current leverage.',
    finalLimit,
  ],
  [
    'a leverage the margin does not carry is final',
    '-2028',
    'Leverage is smaller than permitted: insufficient margin balance',
    finalBalance,
  ],
  ['a quantity of zero is final', '-4003', 'Quantity less than zero.', finalUnknown],
  ['a price off the tick is final', '-4014', 'Price not increased by tick size.', finalUnknown],
  ['a client id too long is final', '-4015', 'Client order id is not valid.', finalUnknown],
  ['a quantity off the step is final', '-4023', 'Qty not increased by step size.', finalUnknown],
  ['too many stop orders put the order back', '-4045', 'Reach max stop order limit.', fullBook],
  [
    'a margin type already set is told apart',
    '-4046',
    'No need to change margin type.',
    finalUnknown,
    { call: 'read' },
  ],
  [
    'an account switched to hedge mode is paused',
    '-4061',
    "Order's position side does not match user's setting.",
    pause,
  ],
  [
    'an account switched to hedge mode is paused by an order that closes as well',
    '-1106',
    "Parameter 'reduceonly' sent when not required.",
    pause,
  ],
  ['a batch too large is final', '-4082', 'Invalid number of batch place orders.', finalUnknown],
  ['an inactive account is paused', '-4109', 'This account is inactive.', pause],
  ['a duplicated client id means the first send arrived', '-4116', 'ClientOrderId is duplicated.', adopt],
  ['a stop already triggering is looked up', '-4117', 'Stop order is triggering.', gone, { call: 'cancel' }],
  ['a reduce-only order over the position is final', '-4118', 'ReduceOnly Order Failed.', finalUnknown],
  ['a stop on the old endpoint is final', '-4120', 'Order type not supported for this endpoint.', finalUnknown],
  [
    'a market order far from the mark price is final',
    '-4131',
    'The counterparty’s best price does not meet the PERCENT_PRICE filter limit.',
    finalUnknown,
  ],
  ['a closed symbol is final', '-4141', 'Symbol is closed.', finalSymbol],
  [
    'a trigger price already passed is final',
    '-4142',
    'REJECT: take profit or stop order will be triggered immediately.',
    finalUnknown,
  ],
  ['a notional too small is final', '-4164', 'Order’s notional must be no smaller than 100.', finalUnknown],
  ['a cooling-off period is final', '-4192', 'Trade forbidden due to Cooling-off Period.', finalUnknown],
  ['a reduce-only regime is final', '-4400', 'Futures Trading Quantitative Rules violated.', finalUnknown],
  ['a fill-or-kill order not filled is final', '-5021', 'The FOK order has been rejected.', finalUnknown],
  ['a post-only order that would take is final', '-5022', 'The Post Only order will be rejected.', finalUnknown],
  [
    'a window closed in the matching engine is tried again, without a clock sync',
    '-5028',
    'Timestamp for this request is outside of the ME recvWindow.',
    notDone,
  ],
];

const spot: Case[] = [
  ['no text of a 503 is proof on spot', null, 'Service Unavailable.', whoKnows, { httpStatus: 503 }],
  ['a half-worked cancel-replace leaves the order unresolved', null, '', whoKnows, { httpStatus: 409 }],
  ['a cap on conditional orders puts the order back', '-1013', 'Filter failure: MAX_NUM_ALGO_ORDERS', fullBook],
  ['a cap of the whole exchange puts the order back', '-2010', 'Filter failure: EXCHANGE_MAX_NUM_ORDERS', fullBook],
  ['a cap on iceberg orders is final', '-1013', 'Filter failure: MAX_NUM_ICEBERG_ORDERS', finalLimit],
  ['a cap on iceberg orders in a rejection is final', '-2010', 'Filter failure: MAX_NUM_ICEBERG_ORDERS', finalLimit],
  ['a cap on order lists is final', '-1013', 'Filter failure: MAX_NUM_ORDER_LISTS', finalLimit],
  ['a cap on order lists in a rejection is final', '-2010', 'Filter failure: EXCHANGE_MAX_NUM_ORDER_LISTS', finalLimit],
  ['a cap on the position is final', '-1013', 'Filter failure: MAX_POSITION', finalLimit],
  ['a cap on the position in a rejection is final', '-2010', 'Filter failure: MAX_POSITION', finalLimit],
  ['a cap on the asset is final', '-1013', 'Filter failure: MAX_ASSET', finalLimit],
  ['a cap on the asset in a rejection is final', '-2010', 'Filter failure: MAX_ASSET', finalLimit],
  ['a notional too small is final', '-1013', 'Filter failure: NOTIONAL', finalUnknown],
  ['a price far from the market is final', '-1013', 'Filter failure: PERCENT_PRICE_BY_SIDE', finalUnknown],
  ['a filter not named here is final', '-1013', 'Filter failure: T_PLUS_SELL', finalUnknown],
  ['a closed market is final', '-2010', 'Market is closed.', finalUnknown],
  ['a stop that would trigger at once is final', '-2010', 'Stop price would trigger immediately.', finalUnknown],
  ['a maker order that would take is final', '-2010', 'Order would immediately match and take.', finalUnknown],
  [
    '-2021 is a half-failed cancel-replace here and leaves the order unresolved',
    '-2021',
    'Order cancel-replace partially failed.',
    'unresolved unknown resolve',
    { httpStatus: 409 },
  ],
  ['-2022 is a failed cancel-replace here', '-2022', 'Order cancel-replace failed.', finalUnknown],
  [
    'an archived order is no proof that it never arrived',
    '-2026',
    'Order was canceled or expired with no executed qty over 90 days ago.',
    finalUnknown,
    { call: 'find' },
  ],
  ['too many amendments are a limit', '-2038', 'The order amend was rejected.', finalLimit],
  ['two ids of two orders are final', '-2039', 'Client order ID is not correct for this order ID.', finalUnknown],
];

const markets = [
  { market: 'binance-usdm', cases: [...shared, ...usdm] },
  { market: 'binance-spot', cases: [...shared, ...spot] },
] as const;

const toAnswer = (market: FailedAnswer['market'], [, code, message, , more]: Case): FailedAnswer =>
  answered({ market, code, message, ...more });

for (const { market, cases } of markets) {
  describe(`On ${market}`, () => {
    it.each(cases)('%s (%s)', (...one) => {
      const { outcome, failure } = classifyFailure(toAnswer(market, one));
      expect(`${outcome} ${failure.type} ${failure.action}`).toBe(one[3]);
    });

    it('every row of the failure table decides at least one of these cases', () => {
      const deciding = new Set(cases.map((one) => findFailureRow(toAnswer(market, one))));
      const idle = failureTable.filter((row) => row.market === market && !deciding.has(row));
      expect(idle.map((row) => `${row.code} ${row.meaning}`)).toEqual([]);
    });
  });
}

describe('What the table does not know', () => {
  const verdict = (answer: Partial<FailedAnswer>) => {
    const { outcome, failure } = classifyFailure(answered(answer));
    return `${outcome} ${failure.type} ${failure.action}`;
  };

  it('an unknown code with a 4xx is a refusal for an unknown reason', () => {
    expect(verdict({ code: '-4999', message: 'Something new.' })).toBe(finalUnknown);
  });

  it('an unknown code inside a batch’s 200 is a refusal for an unknown reason', () => {
    expect(verdict({ code: '-4999', httpStatus: 200 })).toBe(finalUnknown);
  });

  it('an unknown code with a 5xx leaves the order unresolved', () => {
    expect(verdict({ code: '-4999', httpStatus: 500 })).toBe(whoKnows);
  });

  it('ccxt’s class names the reason of a refusal, never its outcome', () => {
    expect(verdict({ code: '-4999', errorClass: 'InsufficientFunds' })).toBe(finalBalance);
    expect(verdict({ code: '-4999', errorClass: 'BadSymbol' })).toBe(finalSymbol);
    expect(verdict({ code: '-4999', errorClass: 'RateLimitExceeded' })).toBe(slowDown);
    expect(verdict({ code: '-4999', errorClass: 'InsufficientFunds', httpStatus: 500 })).toBe(whoKnows);
  });

  it('a page with status 200 leaves a place and a cancel unresolved', () => {
    for (const call of ['place', 'cancel'] as const) {
      expect(verdict({ call, httpStatus: 200, message: '<html>Please wait</html>' })).toBe(whoKnows);
    }
  });

  it('a page with status 400 may come from something in between and leaves the order unresolved', () => {
    expect(verdict({ message: '<html>Bad Request</html>' })).toBe(whoKnows);
  });

  it('a connection refused before the write is proof that nothing was sent', () => {
    expect(verdict({ stage: 'before_write', code: 'ECONNREFUSED', httpStatus: null })).toBe(notDone);
  });

  it('a connection lost after the write leaves the order unresolved', () => {
    expect(verdict({ stage: 'after_write', code: 'ECONNRESET', httpStatus: null })).toBe(whoKnows);
  });

  it('a timeout after the write leaves the order unresolved', () => {
    expect(verdict({ stage: 'after_write', code: 'timeout', httpStatus: null })).toBe(whoKnows);
  });

  it('a call that failed in our own code was not sent and is not sent again', () => {
    expect(verdict({ stage: 'before_write', httpStatus: null, errorClass: 'TypeError' })).toBe(finalUnknown);
  });

  it('a reading call without an answer is simply asked again', () => {
    for (const call of ['find', 'read'] as const) {
      expect(classifyFailure(answered({ call, stage: 'after_write', code: 'timeout' })).failure.action).toBe('retry');
      expect(classifyFailure(answered({ call, httpStatus: 503 })).failure.action).toBe('retry');
    }
  });
});

describe('What a failure says', () => {
  const failureOf = (answer: Partial<FailedAnswer>) => classifyFailure(answered(answer)).failure;

  it('keeps the exchange’s code and words', () => {
    expect(failureOf({ code: '-2019', message: 'Margin is insufficient.' })).toMatchObject({
      code: '-2019',
      message: 'Margin is insufficient.',
      retryAfterMs: null,
    });
  });

  it('names the HTTP status where the exchange gave no code, and never shows a page', () => {
    const failure = failureOf({ httpStatus: 502, message: '<html>nginx</html>' });
    expect(failure.code).toBe('http 502');
    expect(failure.message).not.toContain('<');
  });

  it('cuts a text of unreasonable length', () => {
    expect(failureOf({ code: '-4999', message: 'x'.repeat(10_000) }).message).toHaveLength(300);
  });

  it('takes the wait from Retry-After in seconds', () => {
    expect(failureOf({ httpStatus: 429, headers: { 'retry-after': '12' } }).retryAfterMs).toBe(12_000);
  });

  it('takes the wait from Retry-After as a date', () => {
    const date = new Date(1_700_000_030_000).toUTCString();
    expect(failureOf({ httpStatus: 429, headers: { 'retry-after': date } }).retryAfterMs).toBe(30_000);
  });

  it('takes the wait from the end of a ban when that is later', () => {
    const message = 'Way too many requests; IP banned until 1700000120000. Please use the websocket.';
    const failure = failureOf({ httpStatus: 418, code: '-1003', message, headers: { 'retry-after': '60' } });
    expect(failure.retryAfterMs).toBe(120_000);
  });

  it('does not invent a wait from an unreadable header', () => {
    expect(failureOf({ httpStatus: 429, headers: { 'retry-after': 'soon' } }).retryAfterMs).toBeNull();
  });
});

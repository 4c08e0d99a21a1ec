import { describe, expect, it } from 'vitest';
import { classifyFailure, type FailedAnswer } from './classify-failure.ts';
import { failureTable, findFailureRow } from './failure-table.ts';

type Case = [what: string, code: string | null, text: string, verdict: string, more?: Partial<FailedAnswer>];

const final = 'refused unknown fail';
const funds = 'refused insufficient_balance fail';
const symbol = 'refused invalid_symbol fail';
const limit = 'refused limit_exceeded fail';
const fullBook = 'refused limit_exceeded requeue';
const slowDown = 'refused rate_limit retry';
const notDone = 'refused network_error retry';
const whoKnows = 'unresolved network_error resolve';
const pause = 'refused unknown pause_account';
const adopt = 'accepted unknown adopt';
const gone = 'gone unknown resolve';

/** Texts as the exchange's error page has them; they come in an HTTP 200 unless told otherwise. */
const cases: Case[] = [
  ['a server timeout leaves an order unresolved', '10000', 'Server Timeout', whoKnows],
  ['a server error leaves an order unresolved', '10016', 'Server error.', whoKnows],
  ['a symbol that is not supported', '10001', 'Not supported symbols', symbol],
  ['an account in hedge mode is paused', '10001', 'position idx not match position mode', pause],
  ['a bad parameter is final', '10001', 'Request parameter error', final],
  ['a time outside the window asks for the clock', '10002', 'invalid request…', 'refused network_error sync_clock'],
  ['a bad key pauses the account', '10003', 'API key is invalid.', pause],
  ['a bad signature pauses the account', '10004', 'Error sign', pause],
  ['a missing permission pauses the account', '10005', 'Permission denied', pause],
  ['too many visits are sent again later', '10006', 'Too many visits. Exceeded the API Rate Limit.', slowDown],
  ['a failed authentication pauses the account', '10007', 'User authentication failed.', pause],
  ['a banned account is paused', '10008', 'Common banned', pause],
  ['a restricted region pauses the account', '10009', 'Service Restricted', pause],
  ['an address not on the list pauses the account', '10010', 'Unmatched IP', pause],
  ['a duplicate request was taken in before', '10014', 'Invalid duplicate request.', adopt],
  ['a route that is none is final', '10017', 'Route not found.', final],
  ['the limit of an address is waited for', '10018', 'Exceeded the IP Rate Limit.', slowDown],
  ['compliance rules pause the account', '10024', 'Compliance rules triggered', pause],
  ['banned trading pauses the account', '10027', 'Transactions are banned.', pause],
  ['an account that is not unified is paused', '10028', 'unified account users', pause],
  ['a symbol off the whitelist', '10029', 'The requested symbol is invalid', symbol],
  ['their own protection is waited for', '10429', 'System level frequency protection', slowDown],
  ['their own protection is waited for under its other number', '429', 'System level frequency protection', slowDown],
  ['an order that does not exist is looked up', '110001', 'Order does not exist', gone, { call: 'cancel' }],
  ['a price out of range is final', '110003', 'Order price exceeds the allowable range.', final],
  ['an empty wallet', '110004', 'Wallet balance is insufficient', funds],
  ['too little for the margin of the position', '110006', 'unable to cover the position margin', funds],
  ['too little available', '110007', 'Available balance is insufficient', funds],
  ['a finished order is looked up', '110008', 'completed or cancelled', gone, { call: 'cancel' }],
  ['too many stop orders put the order back', '110009', 'The number of stop orders exceeds…', fullBook],
  ['a cancelled order is looked up', '110010', 'The order has been cancelled', gone, { call: 'cancel' }],
  ['too little available, once more', '110012', 'Insufficient available balance.', funds],
  ['nothing to reduce is final', '110017', 'orderQty will be truncated to zero', final],
  ['500 active orders put the order back', '110020', 'more than 500 active orders.', fullBook],
  ['a position limit by open interest is final', '110021', 'position limits due to Open Interest', limit],
  ['a contract that only reduces is final', '110023', 'only reduce your position', final],
  ['an order that would liquidate is final', '110040', 'trigger a forced liquidation', final],
  ['a contract before delivery is final', '110042', 'pre-delivery status', final],
  ['too little margin', '110044', 'Available margin is insufficient.', funds],
  ['an empty wallet, once more', '110045', 'Wallet balance is insufficient.', funds],
  ['too little for the lowest price', '110051', 'cannot cover the lowest price', funds],
  ['too little for this price', '110052', 'insufficient to set the price', funds],
  ['too little for the upper limit', '110053', 'upper limit price', funds],
  ['a settlement in progress is waited for', '110063', 'Settlement in progress!', notDone],
  ['trading that is not allowed pauses the account', '110066', 'Trading is currently not allowed.', pause],
  ['a duplicate client id means the first send arrived', '110072', 'OrderLinkedID is duplicate', adopt],
  ['a contract that is not live', '110074', 'This contract is not live', symbol],
  ['an order still being processed is unresolved', '110079', 'The order is processing', whoKnows],
  ['a position limit of the leverage is final', '110090', 'may exceed the max limit', limit],
  ['a trigger already risen past is final', '110092', 'expect Rising', final],
  ['a trigger already fallen past is final', '110093', 'expect Falling', final],
  ['too small a value is final', '110094', 'below the lower limit', final],
  ['a cooling-off period pauses the account', '110124', 'cooling-off period', pause],
  ['too many new orders wait', '170005', 'Too many new orders', slowDown],
  ['a backend’s timeout leaves an order unresolved', '170007', 'Timeout waiting for response', whoKnows],
  ['a network error inside leaves an order unresolved', '170032', 'Network error', whoKnows],
  ['an invalid symbol', '170121', 'Invalid symbol.', symbol],
  ['too little balance', '170131', 'Balance insufficient', funds],
  ['too large a quantity is final', '170136', 'Order quantity exceeded upper limit.', final],
  ['too many decimals are final', '170137', 'too many decimals', final],
  ['too small a value is final, once more', '170140', 'Transaction amount lower than the minimum', final],
  ['a duplicate client order id means the first send arrived', '170141', 'Duplicate clientOrderId', adopt],
  ['an order creation timeout leaves it unresolved', '170146', 'Order creation timeout', whoKnows],
  ['a fill-or-kill that would rest is final', '170190', 'EC_NoEnoughQtyToFill', final],
  ['an order that does not exist, once more', '170213', 'Order does not exist.', gone, { call: 'find' }],
  ['a post-only that would take is final', '170218', 'EC_PostOnlyWillTakeLiquidity', final],
  ['too many requests in this time wait', '170222', 'Too many requests in this time frame.', slowDown],
  ['too many orders of all kinds put the order back', '170810', 'exceeded 500', fullBook],
  ['an address that is shut out', null, '403, access too frequent', slowDown, { httpStatus: 403 }],
  ['a gateway’s 408 leaves an order unresolved', null, '', whoKnows, { httpStatus: 408 }],
  ['a 429 without a code waits', null, '', slowDown, { httpStatus: 429 }],
  ['a bad gateway leaves an order unresolved', null, 'Bad Gateway', whoKnows, { httpStatus: 502 }],
  ['a code nobody knows is a refusal in an HTTP 200', '119999', 'Something new.', final],
];

const toAnswer = ([, code, message, , more]: Case): FailedAnswer => ({
  market: 'bybit-linear',
  call: 'place',
  stage: 'answered',
  httpStatus: 200,
  code,
  message,
  headers: {},
  errorClass: null,
  receivedAt: 1_700_000_000_000,
  ...more,
});

describe('On Bybit', () => {
  it.each(cases)('%s (%s)', (...one) => {
    const { outcome, failure } = classifyFailure(toAnswer(one));
    expect(`${outcome} ${failure.type} ${failure.action}`).toBe(one[3]);
  });

  it('every row of the failure table decides at least one of these cases', () => {
    const deciding = new Set(cases.map((one) => findFailureRow(toAnswer(one))));
    const idle = failureTable.filter((row) => row.market === 'bybit-linear' && !deciding.has(row));
    expect(idle.map((row) => `${row.code} ${row.meaning}`)).toEqual([]);
  });
});

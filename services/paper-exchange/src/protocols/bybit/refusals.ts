import { Refusal } from '../../matching/refusal.ts';

/** Bybit says what it declines by `retCode`, in an answer whose HTTP status is 200. */
const refusal = (code: number, msg: string): Refusal => new Refusal(code, msg, 200);

/** Texts as in the v5 error code list. */
export const refusals = {
  serverTimeout: () => refusal(10000, 'Server Timeout'),
  badParameter: (name: string) => refusal(10001, `params error: ${name} invalid`),
  badSymbol: () => refusal(10001, 'params error: symbol invalid'),
  positionModeMismatch: () => refusal(10001, 'position idx not match position mode'),
  badTimestamp: (timestamp: number, window: number, now: number) =>
    refusal(
      10002,
      `invalid request, please check your server timestamp or recv_window param. req_timestamp[${timestamp}],server_timestamp[${now}],recv_window[${window}]`,
    ),
  badKey: () => refusal(10003, 'API key is invalid.'),
  badSignature: () => refusal(10004, 'error sign! please check your signature generation algorithm.'),
  tooManyVisits: () => refusal(10006, 'Too many visits. Exceeded the API Rate Limit.'),
  noRoute: () => refusal(10017, 'Route not found.'),
  noSuchOrder: () => refusal(110001, 'order not exists or too late to cancel'),
  priceOutOfRange: () => refusal(110003, 'Order price exceeds the allowable range.'),
  insufficientBalance: () => refusal(110007, 'ab not enough for new order'),
  finishedOrder: () => refusal(110008, 'The order has been completed or cancelled.'),
  tooManyConditional: () => refusal(110009, 'The number of stop orders exceeds the maximum allowable limit'),
  cancelledOrder: () => refusal(110010, 'The order has been cancelled.'),
  nothingToReduce: () => refusal(110017, 'current position is zero, cannot fix reduce-only order qty'),
  tooManyActive: () => refusal(110020, 'Not allowed to have more than 500 active orders.'),
  modePosition: () => refusal(110024, 'You have an existing position, so the position mode cannot be switched.'),
  sameMode: () => refusal(110025, 'Position mode is not modified.'),
  modeOpenOrders: () => refusal(110028, 'You have existing open orders, so the position mode cannot be switched.'),
  sameLeverage: () => refusal(110043, 'leverage not modified'),
  duplicateLinkId: () => refusal(110072, 'OrderLinkedID is duplicate'),
  notLive: () => refusal(110074, 'This contract is not live'),
  expectRising: () => refusal(110092, 'expect Rising, but trigger_price <= current'),
  expectFalling: () => refusal(110093, 'expect Falling, but trigger_price >= current'),
  notionalTooLow: () => refusal(110094, 'Order does not meet minimum order value'),
  /** What the matching engine says of an order that has been acknowledged. */
  wouldTake: () => refusal(170218, 'EC_PostOnlyWillTakeLiquidity'),
  wouldRest: () => refusal(170190, 'EC_NoEnoughQtyToFill'),
};

import { accountFault, again, type FailureRow, final, fullBook, unknownOutcome } from './failure-row.ts';

type Row = Omit<FailureRow, 'market' | 'source'> & { source?: FailureRow['source'] };

const hedgeAdvice = 'The account is in hedge mode: switch it to one-way mode on the exchange, then resume it.';

/**
 * Binance USD-M futures. The first row that matches wins, so texts and HTTP statuses that change a code's meaning stand
 * above the code. A code that stands nowhere is judged by its HTTP status.
 */
const rows: Row[] = [
  // HTTP 503 has three meanings, told apart by text alone; they win over the code, because -1001 carries the third text.
  {
    code: '-1008',
    type: 'network_error',
    ...again,
    meaning: 'throttled by system-level protection',
    source: 'usdm-general',
  },
  {
    code: null,
    httpStatus: 503,
    message: /unknown error, please check your request/i,
    ...unknownOutcome,
    meaning: '503: sent on, no answer within the time limit',
    source: 'usdm-general',
  },
  {
    code: null,
    httpStatus: 503,
    message: /service unavailable/i,
    type: 'network_error',
    ...again,
    meaning: '503: failed, service unavailable',
    source: 'usdm-general',
  },
  {
    code: null,
    httpStatus: 503,
    message: /internal error; unable to process your request/i,
    type: 'network_error',
    ...again,
    meaning: '503: failed, may be sent again',
    source: 'usdm-general',
  },

  // 10xx: server and network.
  { code: '-1000', ...unknownOutcome, meaning: 'UNKNOWN: an unknown error occurred' },
  { code: '-1001', ...unknownOutcome, meaning: 'DISCONNECTED: internal error' },
  { code: '-1002', ...accountFault, meaning: 'UNAUTHORIZED' },
  { code: '-1003', type: 'rate_limit', ...again, meaning: 'TOO_MANY_REQUESTS, or the address is banned' },
  { code: '-1005', ...accountFault, meaning: 'this address is not on the key’s list' },
  { code: '-1006', ...unknownOutcome, meaning: 'UNEXPECTED_RESP: execution status unknown' },
  { code: '-1007', ...unknownOutcome, meaning: 'TIMEOUT: send status and execution status unknown' },
  { code: '-1011', ...accountFault, meaning: 'this address may not use this route' },
  { code: '-1015', type: 'rate_limit', ...again, meaning: 'TOO_MANY_ORDERS in the window' },
  { code: '-1016', type: 'network_error', ...again, meaning: 'SERVICE_SHUTTING_DOWN' },
  {
    code: '-1021',
    type: 'network_error',
    outcome: 'refused',
    action: 'sync_clock',
    meaning: 'INVALID_TIMESTAMP: outside the receive window',
  },
  { code: '-1022', ...accountFault, meaning: 'INVALID_SIGNATURE' },
  { code: '-1099', ...accountFault, meaning: 'not found, authenticated, or authorized' },
  { code: '-1109', ...accountFault, meaning: 'BAD_ACCOUNT' },

  // 11xx and 1013: the request.
  {
    code: '-1013',
    message: /MAX_NUM_(ALGO_)?ORDERS/,
    ...fullBook,
    meaning: 'filter failure: too many open orders',
  },
  { code: '-1013', type: 'unknown', ...final, meaning: 'filter failure: price, quantity or notional' },
  {
    code: '-1106',
    // We send it in one-way mode only, where it is known; as a final refusal each order that closes would end by itself.
    message: /reduceonly/i,
    ...accountFault,
    meaning: 'reduce-only is not known in hedge mode',
    advice: hedgeAdvice,
  },
  { code: '-1111', type: 'unknown', ...final, meaning: 'BAD_PRECISION' },
  { code: '-1121', type: 'invalid_symbol', ...final, meaning: 'BAD_SYMBOL' },
  { code: '-1122', type: 'invalid_symbol', ...final, meaning: 'INVALID_SYMBOL_STATUS' },

  // 20xx: the matching engine and the account.
  {
    code: '-2010',
    message: /insufficient/i,
    type: 'insufficient_balance',
    ...final,
    meaning: 'NEW_ORDER_REJECTED: balance',
  },
  {
    code: '-2010',
    message: /duplicate/i,
    type: 'unknown',
    outcome: 'accepted',
    action: 'adopt',
    meaning: 'NEW_ORDER_REJECTED: duplicate order',
  },
  { code: '-2010', message: /MAX_NUM_(ALGO_)?ORDERS/, ...fullBook, meaning: 'NEW_ORDER_REJECTED: too many orders' },
  { code: '-2010', type: 'unknown', ...final, meaning: 'NEW_ORDER_REJECTED' },
  { code: '-2011', type: 'unknown', outcome: 'gone', action: 'resolve', meaning: 'CANCEL_REJECTED: unknown order' },
  { code: '-2013', type: 'unknown', outcome: 'gone', action: 'resolve', meaning: 'NO_SUCH_ORDER' },
  { code: '-2014', ...accountFault, meaning: 'BAD_API_KEY_FMT' },
  { code: '-2015', ...accountFault, meaning: 'REJECTED_MBX_KEY: key, address or permission' },
  { code: '-2017', ...accountFault, meaning: 'API_KEYS_LOCKED' },
  { code: '-2018', type: 'insufficient_balance', ...final, meaning: 'BALANCE_NOT_SUFFICIENT' },
  { code: '-2019', type: 'insufficient_balance', ...final, meaning: 'MARGIN_NOT_SUFFICIEN' },
  { code: '-2021', type: 'unknown', ...final, meaning: 'ORDER_WOULD_IMMEDIATELY_TRIGGER' },
  { code: '-2022', type: 'unknown', ...final, meaning: 'REDUCE_ONLY_REJECT' },
  { code: '-2023', ...accountFault, meaning: 'USER_IN_LIQUIDATION' },
  { code: '-2024', type: 'insufficient_balance', ...final, meaning: 'POSITION_NOT_SUFFICIENT' },
  { code: '-2025', ...fullBook, meaning: 'MAX_OPEN_ORDER_EXCEEDED' },
  { code: '-2026', type: 'unknown', ...final, meaning: 'REDUCE_ONLY_ORDER_TYPE_NOT_SUPPORTED' },
  { code: '-2027', type: 'limit_exceeded', ...final, meaning: 'MAX_LEVERAGE_RATIO: position too large' },
  { code: '-2028', type: 'insufficient_balance', ...final, meaning: 'MIN_LEVERAGE_RATIO: margin balance' },

  // 4xxx: filters, modes and the Algo Service.
  { code: '-4003', type: 'unknown', ...final, meaning: 'QTY_LESS_THAN_ZERO' },
  { code: '-4014', type: 'unknown', ...final, meaning: 'PRICE_NOT_INCREASED_BY_TICK_SIZE' },
  { code: '-4015', type: 'unknown', ...final, meaning: 'INVALID_CL_ORD_ID_LEN' },
  { code: '-4023', type: 'unknown', ...final, meaning: 'QTY_NOT_INCREASED_BY_STEP_SIZE' },
  { code: '-4045', ...fullBook, meaning: 'MAX_STOP_ORDER_EXCEEDED' },
  { code: '-4046', type: 'unknown', ...final, meaning: 'NO_NEED_TO_CHANGE_MARGIN_TYPE' },
  {
    code: '-4061',
    ...accountFault,
    meaning: 'INVALID_POSITION_SIDE: one-way orders on an account in hedge mode',
    advice: hedgeAdvice,
  },
  { code: '-4082', type: 'unknown', ...final, meaning: 'INVALID_BATCH_PLACE_ORDER_SIZE' },
  { code: '-4109', ...accountFault, meaning: 'INACTIVE_ACCOUNT' },
  {
    code: '-4116',
    type: 'unknown',
    outcome: 'accepted',
    action: 'adopt',
    meaning: 'DUPLICATED_CLIENT_ORDER_ID: an earlier send arrived',
  },
  {
    code: '-4117',
    calls: ['cancel'],
    type: 'unknown',
    outcome: 'gone',
    action: 'resolve',
    meaning: 'STOP_ORDER_TRIGGERING: too late to cancel here',
  },
  { code: '-4118', type: 'unknown', ...final, meaning: 'REDUCE_ONLY_MARGIN_CHECK_FAILED' },
  { code: '-4120', type: 'unknown', ...final, meaning: 'STOP_ORDER_SWITCH_ALGO', source: 'usdm-changes' },
  { code: '-4131', type: 'unknown', ...final, meaning: 'MARKET_ORDER_REJECT: PERCENT_PRICE' },
  { code: '-4141', type: 'invalid_symbol', ...final, meaning: 'SYMBOL_ALREADY_CLOSED' },
  { code: '-4142', type: 'unknown', ...final, meaning: 'STRATEGY_INVALID_TRIGGER_PRICE' },
  { code: '-4164', type: 'unknown', ...final, meaning: 'MIN_NOTIONAL' },
  { code: '-4192', type: 'unknown', ...final, meaning: 'COOLING_OFF_PERIOD' },
  { code: '-4400', type: 'unknown', ...final, meaning: 'TRADING_QUANTITATIVE_RULE: reduce-only allowed' },

  // 5xxx: execution.
  { code: '-5021', type: 'unknown', ...final, meaning: 'FOK_ORDER_REJECT' },
  { code: '-5022', type: 'unknown', ...final, meaning: 'GTX_ORDER_REJECT' },
  // Not our clock: the same stamp passed the first check, the matching engine was late. A clock sync would not help.
  { code: '-5028', type: 'network_error', ...again, meaning: 'ME_RECVWINDOW_REJECT', source: 'usdm-changes' },

  // No code the table knows: the HTTP status decides.
  { code: null, httpStatus: 403, type: 'rate_limit', ...again, meaning: 'firewall limit', source: 'usdm-general' },
  { code: null, httpStatus: 408, ...unknownOutcome, meaning: 'timed out behind the gateway', source: 'usdm-general' },
  { code: null, httpStatus: 418, type: 'rate_limit', ...again, meaning: 'address banned', source: 'usdm-general' },
  { code: null, httpStatus: 429, type: 'rate_limit', ...again, meaning: 'rate limit', source: 'usdm-general' },
  { code: null, httpStatus: '5xx', ...unknownOutcome, meaning: 'server error: nothing is proven', source: 'caution' },
];

export const binanceUsdmFailures: FailureRow[] = rows.map((row) => ({
  market: 'binance-usdm',
  source: 'usdm-errors',
  ...row,
}));

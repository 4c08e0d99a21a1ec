import { accountFault, again, type FailureRow, final, fullBook, unknownOutcome } from './failure-row.ts';

type Row = Omit<FailureRow, 'market' | 'source'> & { source?: FailureRow['source'] };

const overOtherLimit = { type: 'limit_exceeded', ...final, source: 'spot-filters' } as const;

/**
 * Binance spot. One code (-2010, -1013) carries many reasons here and only its text tells them apart; -2021 and -2022
 * mean something else than on futures. The first row that matches wins.
 */
const rows: Row[] = [
  // 10xx: server and network. Spot states that any 5xx leaves the outcome unknown, so no text of a 503 is proof here.
  { code: '-1000', ...unknownOutcome, meaning: 'UNKNOWN: an unknown error occurred' },
  { code: '-1001', ...unknownOutcome, meaning: 'DISCONNECTED: internal error' },
  { code: '-1002', ...accountFault, meaning: 'UNAUTHORIZED' },
  { code: '-1003', type: 'rate_limit', ...again, meaning: 'TOO_MANY_REQUESTS, or the address is banned' },
  { code: '-1006', ...unknownOutcome, meaning: 'UNEXPECTED_RESP: execution status unknown' },
  { code: '-1007', ...unknownOutcome, meaning: 'TIMEOUT after 10 s behind the gateway' },
  { code: '-1008', type: 'network_error', ...again, meaning: 'SERVER_BUSY' },
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

  // Filters, by name. Placement reports them as -1013 or -2010, depending on where the check stands.
  ...(['-1013', '-2010'] as const).flatMap((code): Row[] => [
    {
      code,
      message: /(EXCHANGE_)?MAX_NUM_(ALGO_)?ORDERS/,
      ...fullBook,
      meaning: 'MAX_NUM_ORDERS, MAX_NUM_ALGO_ORDERS: too many open orders',
      source: 'spot-filters',
    },
    { code, message: /MAX_NUM_ICEBERG_ORDERS/, ...overOtherLimit, meaning: 'too many iceberg orders' },
    { code, message: /MAX_NUM_ORDER_LISTS/, ...overOtherLimit, meaning: 'too many order lists' },
    { code, message: /MAX_POSITION/, ...overOtherLimit, meaning: 'MAX_POSITION' },
    { code, message: /MAX_ASSET/, ...overOtherLimit, meaning: 'MAX_ASSET' },
  ]),
  {
    code: '-1013',
    message: /LOT_SIZE|PRICE_FILTER|NOTIONAL|PERCENT_PRICE/,
    type: 'unknown',
    ...final,
    meaning: 'filter failure: price, quantity or notional',
    source: 'spot-filters',
  },
  { code: '-1013', type: 'unknown', ...final, meaning: 'INVALID_MESSAGE or another filter' },
  { code: '-1111', type: 'unknown', ...final, meaning: 'BAD_PRECISION' },
  { code: '-1121', type: 'invalid_symbol', ...final, meaning: 'BAD_SYMBOL' },

  // 20xx: the matching engine and the account.
  {
    code: '-2010',
    message: /insufficient balance/i,
    type: 'insufficient_balance',
    ...final,
    meaning: 'NEW_ORDER_REJECTED: balance',
  },
  {
    code: '-2010',
    message: /duplicate order/i,
    type: 'unknown',
    outcome: 'accepted',
    action: 'adopt',
    meaning: 'NEW_ORDER_REJECTED: duplicate order, an earlier send arrived',
  },
  { code: '-2010', message: /market is closed/i, type: 'unknown', ...final, meaning: 'NEW_ORDER_REJECTED: closed' },
  {
    code: '-2010',
    message: /would trigger immediately|immediately match/i,
    type: 'unknown',
    ...final,
    meaning: 'NEW_ORDER_REJECTED: would trigger or match at once',
  },
  { code: '-2010', type: 'unknown', ...final, meaning: 'NEW_ORDER_REJECTED' },
  { code: '-2011', type: 'unknown', outcome: 'gone', action: 'resolve', meaning: 'CANCEL_REJECTED: unknown order' },
  { code: '-2013', type: 'unknown', outcome: 'gone', action: 'resolve', meaning: 'NO_SUCH_ORDER' },
  { code: '-2014', ...accountFault, meaning: 'BAD_API_KEY_FMT' },
  { code: '-2015', ...accountFault, meaning: 'REJECTED_MBX_KEY: key, address or permission' },
  // A cancel-replace that half worked has changed the book; ours never sends one, but the number must not read as final.
  {
    code: '-2021',
    type: 'unknown',
    outcome: 'unresolved',
    action: 'resolve',
    meaning: 'ORDER_CANCEL_REPLACE_PARTIALLY_FAILED',
  },
  { code: '-2022', type: 'unknown', ...final, meaning: 'ORDER_CANCEL_REPLACE_FAILED' },
  // Not `gone`: the order existed and ended long ago, which is no proof that it never arrived.
  { code: '-2026', type: 'unknown', ...final, meaning: 'ORDER_ARCHIVED: ended without fills over 90 days ago' },
  { code: '-2038', type: 'limit_exceeded', ...final, meaning: 'ORDER_AMEND_REJECTED: amended too often' },
  { code: '-2039', type: 'unknown', ...final, meaning: 'CLIENT_ORDER_ID_INVALID: the two ids are of two orders' },

  // No code the table knows: the HTTP status decides.
  { code: null, httpStatus: 403, type: 'rate_limit', ...again, meaning: 'firewall limit', source: 'spot-rest' },
  { code: null, httpStatus: 408, ...unknownOutcome, meaning: 'timed out behind the gateway', source: 'caution' },
  { code: null, httpStatus: 409, ...unknownOutcome, meaning: 'cancel-replace half worked', source: 'spot-rest' },
  { code: null, httpStatus: 418, type: 'rate_limit', ...again, meaning: 'address banned', source: 'spot-rest' },
  { code: null, httpStatus: 429, type: 'rate_limit', ...again, meaning: 'rate limit', source: 'spot-rest' },
  { code: null, httpStatus: '5xx', ...unknownOutcome, meaning: 'execution status unknown', source: 'spot-rest' },
];

export const binanceSpotFailures: FailureRow[] = rows.map((row) => ({
  market: 'binance-spot',
  source: 'spot-errors',
  ...row,
}));

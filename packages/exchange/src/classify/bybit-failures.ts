import { accountFault, again, type FailureRow, final, fullBook, unknownOutcome } from './failure-row.ts';

type Row = Omit<FailureRow, 'market' | 'source'> & { source?: FailureRow['source'] };

const noFunds = { type: 'insufficient_balance', ...final } as const;
const tooFast = { type: 'rate_limit', ...again, source: 'bybit-rates' } as const;
const badOrder = { type: 'unknown', ...final } as const;
const gone = { type: 'unknown', outcome: 'gone', action: 'resolve' } as const;
const known = { type: 'unknown', outcome: 'accepted', action: 'adopt' } as const;

/** A request that never was one: nothing is lost by saying so, and the same again would be refused again. */
const badSymbol = { type: 'invalid_symbol', ...final } as const;

/**
 * Bybit v5. `retCode` decides, in an HTTP 200 as a rule. Codes of 170xxx are spot's, which some linear calls answer as
 * well. The first row that matches wins; a code that stands nowhere is judged by its HTTP status.
 */
const rows: Row[] = [
  // 10xxx: the way to the matching engine.
  { code: '10000', ...unknownOutcome, meaning: 'server timeout' },
  { code: '10016', ...unknownOutcome, meaning: 'server error, or the service restarts' },
  {
    code: '10001',
    message: /symbol/i,
    ...badSymbol,
    meaning: 'parameter error: symbol invalid or not supported',
  },
  { code: '10001', message: /position idx/i, ...accountFault, meaning: 'the account is in hedge mode for this symbol' },
  { code: '10001', ...badOrder, meaning: 'request parameter error' },
  {
    code: '10002',
    type: 'network_error',
    outcome: 'refused',
    action: 'sync_clock',
    meaning: 'request time outside the receive window',
  },
  { code: '10003', ...accountFault, meaning: 'API key invalid, or of another environment' },
  { code: '10004', ...accountFault, meaning: 'signature wrong' },
  { code: '10005', ...accountFault, meaning: 'key without permission' },
  { code: '10006', ...tooFast, meaning: 'too many visits: the account’s limit of this call' },
  { code: '10007', ...accountFault, meaning: 'user authentication failed' },
  { code: '10008', ...accountFault, meaning: 'account banned' },
  { code: '10009', ...accountFault, meaning: 'service restricted in this region' },
  { code: '10010', ...accountFault, meaning: 'this address is not on the key’s list' },
  // Seen once before: what it was about has been taken in or refused by then.
  { code: '10014', ...known, meaning: 'duplicate request, an earlier send arrived' },
  { code: '10017', ...badOrder, meaning: 'route not found' },
  { code: '10018', ...tooFast, meaning: 'the address’s limit' },
  { code: '10024', ...accountFault, meaning: 'compliance rules' },
  { code: '10027', ...accountFault, meaning: 'trading is banned' },
  { code: '10028', ...accountFault, meaning: 'only unified accounts may use this call' },
  { code: '10029', ...badSymbol, meaning: 'symbol not on the whitelist' },
  { code: '10429', ...tooFast, meaning: 'system level frequency protection' },
  { code: '429', ...tooFast, meaning: 'system level frequency protection' },

  // 110xxx: orders and positions.
  { code: '110001', ...gone, meaning: 'order does not exist' },
  { code: '110003', ...badOrder, meaning: 'price out of range' },
  { code: '110004', ...noFunds, meaning: 'wallet balance insufficient' },
  { code: '110006', ...noFunds, meaning: 'assets cannot cover the position margin' },
  { code: '110007', ...noFunds, meaning: 'available balance insufficient' },
  { code: '110008', ...gone, meaning: 'order completed or cancelled' },
  { code: '110009', ...fullBook, meaning: 'too many stop orders' },
  { code: '110010', ...gone, meaning: 'order cancelled' },
  { code: '110012', ...noFunds, meaning: 'available balance insufficient' },
  { code: '110017', ...badOrder, meaning: 'quantity truncated to zero, or nothing to reduce' },
  { code: '110020', ...fullBook, meaning: 'more than 500 active orders' },
  { code: '110021', type: 'limit_exceeded', ...final, meaning: 'position limit by open interest' },
  { code: '110023', ...badOrder, meaning: 'the contract takes orders that reduce only' },
  { code: '110040', ...badOrder, meaning: 'the order would cause a liquidation' },
  { code: '110042', ...badOrder, meaning: 'about to be delivered: orders that reduce only' },
  { code: '110044', ...noFunds, meaning: 'available margin insufficient' },
  { code: '110045', ...noFunds, meaning: 'wallet balance insufficient' },
  { code: '110051', ...noFunds, meaning: 'balance cannot cover the lowest price' },
  { code: '110052', ...noFunds, meaning: 'balance insufficient for this price' },
  { code: '110053', ...noFunds, meaning: 'balance cannot cover the price and its upper limit' },
  // The contract opens again; nothing was taken in.
  { code: '110063', type: 'network_error', ...again, meaning: 'settlement in progress' },
  { code: '110066', ...accountFault, meaning: 'trading not allowed' },
  { code: '110072', ...known, meaning: 'orderLinkId is duplicate: an earlier send arrived' },
  { code: '110074', ...badSymbol, meaning: 'contract not live' },
  { code: '110079', ...unknownOutcome, meaning: 'the order is being processed' },
  { code: '110090', type: 'limit_exceeded', ...final, meaning: 'position limit at this leverage' },
  { code: '110092', ...badOrder, meaning: 'the trigger price has been passed: it has to rise to it' },
  { code: '110093', ...badOrder, meaning: 'the trigger price has been passed: it has to fall to it' },
  { code: '110094', ...badOrder, meaning: 'below the smallest value of an order' },
  { code: '110124', ...accountFault, meaning: 'cooling-off period' },

  // 170xxx: the same from the other side of their house.
  { code: '170005', ...tooFast, meaning: 'too many new orders' },
  { code: '170007', ...unknownOutcome, meaning: 'timeout of the backend' },
  { code: '170032', ...unknownOutcome, meaning: 'network error' },
  { code: '170121', ...badSymbol, meaning: 'invalid symbol' },
  { code: '170131', ...noFunds, meaning: 'balance insufficient' },
  { code: '170136', ...badOrder, meaning: 'quantity above the largest' },
  { code: '170137', ...badOrder, meaning: 'quantity with too many decimals' },
  { code: '170140', ...badOrder, meaning: 'value below the smallest' },
  { code: '170141', ...known, meaning: 'duplicate client order id: an earlier send arrived' },
  { code: '170146', ...unknownOutcome, meaning: 'order creation timed out' },
  { code: '170190', ...badOrder, meaning: 'fill-or-kill not fillable' },
  { code: '170213', ...gone, meaning: 'order does not exist' },
  { code: '170218', ...badOrder, meaning: 'post-only would take' },
  { code: '170222', ...tooFast, meaning: 'too many requests in this time' },
  { code: '170810', ...fullBook, meaning: 'too many conditional, TP/SL and active orders' },

  // No code the table knows: the HTTP status decides.
  { code: null, httpStatus: 403, ...tooFast, meaning: 'access too frequent: the address is shut out for ten minutes' },
  { code: null, httpStatus: 408, ...unknownOutcome, meaning: 'timed out behind the gateway', source: 'caution' },
  { code: null, httpStatus: 429, ...tooFast, meaning: 'rate limit' },
  { code: null, httpStatus: '5xx', ...unknownOutcome, meaning: 'execution status unknown', source: 'caution' },
];

export const bybitFailures: FailureRow[] = rows.map((row) => ({
  market: 'bybit-linear',
  source: 'bybit-errors',
  ...row,
}));

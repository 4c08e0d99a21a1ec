import { accountFault, again, type FailureRow, final, unknownOutcome } from './failure-row.ts';

type Row = Omit<FailureRow, 'market' | 'source'> & { source?: FailureRow['source'] };

/** No session: the order was not taken, and waits for the next one. */
const closed = { type: 'unknown', outcome: 'refused', action: 'session_closed' } as const;
const balance = { type: 'insufficient_balance', ...final } as const;
const badToken = { type: 'network_error', ...again } as const;

const closedText = /장\s?(시작|종료|마감|운영)|개장|영업일|휴장|거래\s?시간|주문\s?시간/;
const balanceText = /가능\s?금액|증거금|예수금|잔고.*(부족|없)|가능한?\s?수량/;

/**
 * KIS answers a refusal with `rt_cd` other than 0, with any HTTP status. `msg_cd` decides; where one code carries several
 * reasons, and for those that are in no public list, its Korean text. The first row that matches wins.
 */
const rows: Row[] = [
  // The gateway: nothing has reached the order system.
  { code: 'EGW00201', type: 'rate_limit', ...again, meaning: 'too many requests per second' },
  { code: 'EGW00215', type: 'rate_limit', ...again, meaning: 'too many requests per second of the ledger' },
  { code: 'EGW00133', type: 'rate_limit', ...again, meaning: 'a token may be issued once a minute' },
  { code: 'EGW00121', ...badToken, meaning: 'invalid token' },
  { code: 'EGW00122', ...badToken, meaning: 'no such token' },
  { code: 'EGW00123', ...badToken, meaning: 'expired token' },
  { code: 'EGW00003', ...accountFault, meaning: 'access refused' },
  { code: 'EGW00004', ...accountFault, meaning: 'no permission' },
  { code: 'EGW00103', ...accountFault, meaning: 'invalid app key' },
  { code: 'EGW00105', ...accountFault, meaning: 'invalid app secret' },
  { code: 'EGW00206', ...accountFault, meaning: 'no permission for this call' },
  { code: 'EGW00207', ...accountFault, meaning: 'address missing or not allowed' },
  { code: 'EGW00213', ...accountFault, meaning: 'not a call of the paper domain' },
  { code: 'EGW02004', ...accountFault, meaning: 'the app key belongs to the other domain, live or paper' },
  { code: 'OPSQ2000', ...accountFault, meaning: 'invalid account number', source: 'kis-clients' },
  // Behind the gateway: an order may have been passed on before these, whatever the usual cause is.
  ...(['EGW00001', 'EGW00002', 'EGW00202', 'EGW00203', 'EGW00204', 'EGW00300', 'EGW00301'] as const).map(
    (code): Row => ({ code, ...unknownOutcome, meaning: 'failed while it was passed on', source: 'caution' }),
  ),
  // The order system. One number means two things here, and only its text says which.
  { code: 'APBK0919', message: balanceText, ...balance, meaning: 'over the buyable amount' },
  { code: 'APBK0919', message: closedText, ...closed, meaning: 'no session' },
  { code: 'APBK0919', type: 'unknown', ...final, meaning: 'refused' },
  ...(['APBK0918', 'APBK1664', '40100000', '40570000', '40580000', 'APAM3099'] as const).map(
    (code): Row => ({ code, ...closed, meaning: 'no session', source: 'kis-clients' }),
  ),
  { code: '40240000', ...balance, meaning: 'nothing to sell', source: 'kis-clients' },
  { code: 'APBK0988', ...balance, meaning: 'more than can be sold or bought', source: 'kis-clients' },
  { code: '40070000', type: 'invalid_symbol', ...final, meaning: 'not tradable', source: 'kis-clients' },
  { code: 'APBK0656', type: 'invalid_symbol', ...final, meaning: 'no such stock', source: 'kis-clients' },
  // A cancel that finds nothing left has many numbers, and one way to say it.
  {
    code: null,
    calls: ['cancel'],
    message: /원주문|(정정|취소)\s?(할|가능)\s?수량|이미\s?(체결|취소)/,
    type: 'unknown',
    outcome: 'gone',
    action: 'resolve',
    meaning: 'nothing left to cancel',
    source: 'kis-clients',
  },
  { code: null, calls: ['place'], message: closedText, ...closed, meaning: 'no session', source: 'kis-clients' },
  { code: null, calls: ['place'], message: balanceText, ...balance, meaning: 'balance', source: 'kis-clients' },
];

export const kisFailures: FailureRow[] = rows.map((row) => ({ market: 'kis', source: 'kis-api', ...row }));

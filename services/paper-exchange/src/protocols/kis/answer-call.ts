import { setTimeout as sleep } from 'node:timers/promises';
import { countCall } from '../../matching/record.ts';
import { Refusal } from '../../matching/refusal.ts';
import type { Account } from '../../matching/venue.ts';
import type { Answer, CallRequest } from '../../serving/answer.ts';
import { type FaultWords, reachesEngine, transportAnswer } from '../../serving/fault-answer.ts';
import type { CallKind } from '../../serving/faults.ts';
import type { KisExchange } from './kis-exchange.ts';
import { type Page, readBalance, readDayList, readPrice } from './reading.ts';
import { refusals } from './refusals.ts';
import type { Board } from './stocks.ts';
import { requestsPerSecond } from './switches.ts';
import { changeOrder, type Fields, placeCash, type TradingCall } from './trading.ts';
import { zippedList } from './zip-list.ts';

interface Route {
  readonly kind: CallKind;
  /** As the live domain names it; the paper domain's begins with V. Prices are the same in both. */
  readonly transaction: string;
  readonly run: (call: TradingCall) => object | Page | Refusal;
}

const trading = '/uapi/domestic-stock/v1/trading';
const routes = new Map<string, readonly Route[]>([
  [
    `POST ${trading}/order-cash`,
    [
      { kind: 'place', transaction: 'TTTC0012U', run: (call) => placeCash(call, 'BUY') },
      { kind: 'place', transaction: 'TTTC0011U', run: (call) => placeCash(call, 'SELL') },
    ],
  ],
  [`POST ${trading}/order-rvsecncl`, [{ kind: 'cancel', transaction: 'TTTC0013U', run: changeOrder }]],
  [`GET ${trading}/inquire-daily-ccld`, [{ kind: 'openOrders', transaction: 'TTTC0081R', run: readDayList }]],
  [`GET ${trading}/inquire-balance`, [{ kind: 'balance', transaction: 'TTTC8434R', run: readBalance }]],
  [
    'GET /uapi/domestic-stock/v1/quotations/inquire-price',
    [{ kind: 'tickers', transaction: 'FHKST01010100', run: readPrice }],
  ],
]);

const JSON_TYPE = 'application/json;charset=UTF-8';

const json = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  kind: 'answer',
  status,
  body: JSON.stringify(body),
  headers: { ...headers, 'content-type': JSON_TYPE },
});

const refusal = ({ status, code, msg }: Pick<Refusal, 'status' | 'code' | 'msg'>, headers = {}): Answer =>
  json(status, { rt_cd: '1', msg_cd: String(code), msg1: msg }, headers);

const words: FaultWords = {
  unknownOutcome: refusals.failed,
  tooManyRequests: () => refusals.tooManyRequests(500),
  banned: () => refusals.tooManyRequests(403),
  write: refusal,
};

/** Takes a call through what lies between a client's socket and the orders, and back. */
export async function answerCall(exchange: KisExchange, request: CallRequest): Promise<Answer> {
  if (request.path === '/oauth2/tokenP') return issueToken(exchange, request);
  const board = /^\/common\/master\/(kospi|kosdaq)_code\.mst\.zip$/.exec(request.path)?.[1] as Board | undefined;
  if (board !== undefined) return list(exchange, board);
  const fields = fieldsOf(request);
  const ofPath = routes.get(`${request.method} ${request.path}`) ?? [];
  const { domain } = exchange.venue.switches;
  const transaction = request.headers.tr_id ?? '';
  const route = ofPath.find((one) => nameIn(domain, one.transaction) === transaction);
  const account = exchange.venue.accountsByKey.get(request.headers.appkey ?? '');
  const done = (code: number | string | undefined): void =>
    countCall(exchange.venue.record, account?.name ?? 'unknown', route?.kind ?? 'unknown', code);
  const refuse = (refused: Refusal): Answer => {
    done(refused.code);
    return refusal(refused);
  };

  const subjects = [{ symbol: fields.PDNO, clientId: undefined, type: undefined }];
  const fault =
    exchange.faults.active && route !== undefined
      ? exchange.faults.takeForCall(account?.name, route.kind, subjects)
      : undefined;
  if (fault !== undefined && !reachesEngine(fault)) {
    done(fault.do);
    return transportAnswer(fault, words, {}, exchange.now());
  }
  const refused = admit(exchange, request, account, fields, route);
  if (refused !== undefined || account === undefined || route === undefined) {
    return refuse(refused ?? (ofPath.length > 0 ? refusals.wrongDomain() : refusals.noService()));
  }
  const half = exchange.drawLatency() / 2;
  const there = half + (fault?.do === 'delay' ? (fault.ms ?? 1_000) : 0);
  if (there > 0) await sleep(there);
  const result = route.run({ exchange, account, fields, now: exchange.now() });
  if (half > 0) await sleep(half);
  if (result instanceof Refusal) return refuse(result);
  done(undefined);
  const answer = 'more' in result ? pageAnswer(result) : json(200, result);
  return fault === undefined || fault.do === 'delay' ? answer : transportAnswer(fault, words, {}, exchange.now());
}

const pageAnswer = ({ body, more }: Page): Answer => json(200, body, { tr_cont: more ? 'M' : 'D' });

const nameIn = (domain: 'live' | 'paper', transaction: string): string =>
  domain === 'paper' && transaction.startsWith('T') ? `V${transaction.slice(1)}` : transaction;

/** Key, rate and token, before the call itself is looked at. */
function admit(
  exchange: KisExchange,
  request: CallRequest,
  account: Account | undefined,
  fields: Fields,
  route: Route | undefined,
): Refusal | undefined {
  const { headers } = request;
  if (account === undefined) return refusals.badAppKey();
  if (headers.appsecret !== account.secret) return refusals.badAppSecret();
  const now = exchange.now();
  const { switches } = exchange.venue;
  const { enforce, requestsPerSecond: own } = exchange.limits;
  const count = exchange.perSecond.add(account.name, 1, now);
  if (enforce && count > (own ?? requestsPerSecond[switches.domain])) {
    return refusals.tooManyRequests(switches.rateLimitStatus);
  }
  const badToken = exchange.tokens.check(account.key, headers.authorization, now);
  if (badToken !== undefined) return badToken;
  if (route === undefined || route.kind === 'tickers') return undefined;
  const named = /^\d{8}$/.test(fields.CANO ?? '') && /^\d{2}$/.test(fields.ACNT_PRDT_CD ?? '');
  return named ? undefined : refusals.badAccount();
}

async function issueToken(exchange: KisExchange, request: CallRequest): Promise<Answer> {
  const fields = fieldsOf(request);
  const account = exchange.venue.accountsByKey.get(fields.appkey ?? '');
  const done = (code?: number | string): void =>
    countCall(exchange.venue.record, account?.name ?? 'unknown', 'token', code);
  const fault = exchange.faults.active ? exchange.faults.takeForCall(account?.name, 'listenKey', [noOrder]) : undefined;
  if (fault !== undefined && !reachesEngine(fault)) {
    done(fault.do);
    return transportAnswer(fault, words, {}, exchange.now());
  }
  if (fault?.do === 'delay') await sleep(fault.ms ?? 1_000);
  const { tokenEveryMs } = exchange.limits;
  const result =
    account === undefined
      ? refusals.badAppKey()
      : fields.appsecret !== account.secret
        ? refusals.badAppSecret()
        : exchange.tokens.issue(account.key, exchange.now(), tokenEveryMs);
  done(result instanceof Refusal ? result.code : undefined);
  if (result instanceof Refusal) {
    return json(result.status, { error_code: result.code, error_description: result.msg });
  }
  return fault === undefined || fault.do === 'delay'
    ? json(200, result)
    : transportAnswer(fault, words, {}, exchange.now());
}

const noOrder = { symbol: undefined, clientId: undefined, type: undefined };

function list(exchange: KisExchange, board: Board): Answer {
  countCall(exchange.venue.record, 'public', 'exchangeInfo');
  const bytes = zippedList(board, (code) => exchange.venue.markets.get(code)?.status !== 'TRADING');
  return { kind: 'answer', status: 200, body: '', bytes, headers: { 'content-type': 'application/zip' } };
}

/** A query, or a body that is an object of texts. Numbers in it are refused by KIS as they are here: by being absent. */
function fieldsOf({ method, query, body }: CallRequest): Fields {
  if (method === 'GET') return Object.fromEntries(new URLSearchParams(query));
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, field]) => typeof field === 'string'));
  } catch {
    return {};
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { countCall } from '../../../matching/record.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Account } from '../../../matching/venue.ts';
import type { Answer, CallRequest } from '../../../serving/answer.ts';
import { type FaultWords, reachesEngine, transportAnswer } from '../../../serving/fault-answer.ts';
import type { FaultSubject } from '../../../serving/faults.ts';
import type { BybitExchange } from '../bybit-exchange.ts';
import { refusals } from '../refusals.ts';
import { accountRoutes } from './account-routes.ts';
import { marketRoutes } from './market-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { Parameters } from './parameters.ts';
import { NO_LIMIT } from './rate-windows.ts';
import { readRoutes } from './read-routes.ts';
import type { Route, RouteTable, SignedInput } from './route.ts';

const DEFAULT_RECV_WINDOW = 5_000;

const routes: RouteTable = new Map([...marketRoutes, ...orderRoutes, ...readRoutes, ...accountRoutes]);

const answered = (status: number, body: object, headers: Record<string, string>): Answer => ({
  kind: 'answer',
  status,
  body: JSON.stringify(body),
  headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
});

const declined = (refused: Pick<Refusal, 'code' | 'msg' | 'status'>, headers: Record<string, string>): Answer =>
  answered(refused.status, { retCode: refused.code, retMsg: refused.msg, result: {}, retExtInfo: {} }, headers);

const words: FaultWords = {
  unknownOutcome: refusals.serverTimeout,
  tooManyRequests: refusals.tooManyVisits,
  banned: () => new Refusal(10018, 'Exceeded the IP Rate Limit.'),
  write: declined,
};

/** Key, time, signature: HMAC-SHA256 in hex over time, key, window and what is sent, with nothing between them. */
const sign = (secret: string, timestamp: string, key: string, window: string, payload: string): string =>
  createHmac('sha256', secret)
    .update(timestamp + key + window + payload)
    .digest('hex');

function authenticate(exchange: BybitExchange, request: CallRequest): Account | Refusal {
  const key = request.headers['x-bapi-api-key'] ?? '';
  const account = exchange.venue.accountsByKey.get(key);
  if (account === undefined) return refusals.badKey();
  const timestamp = request.headers['x-bapi-timestamp'] ?? '';
  const window = request.headers['x-bapi-recv-window'] ?? String(DEFAULT_RECV_WINDOW);
  // Looked at when it arrives, and only then: what is on its way inside the venue is not asked again.
  const now = exchange.now();
  const [at, length] = [Number(timestamp), Number(window)];
  if (!(at >= now - length && at < now + 1_000)) return refusals.badTimestamp(at, length, now);
  const payload = request.method === 'POST' ? request.body : request.query;
  const expected = Buffer.from(sign(account.secret, timestamp, key, window, payload));
  const given = Buffer.from((request.headers['x-bapi-sign'] ?? '').toLowerCase());
  const same = expected.length === given.length && timingSafeEqual(expected, given);
  return same ? account : refusals.badSignature();
}

/** Takes what a call costs from its bucket and says so in the headers; how many of its units it may use. */
function takeUnits(
  exchange: BybitExchange,
  account: Account,
  route: Route & { signed: true },
  units: number,
  headers: Record<string, string>,
): number {
  const { limits, windows } = exchange;
  const now = exchange.now();
  const { name, perSecond } = route.bucket;
  const ordered = route.kind === 'place' || route.kind === 'cancel';
  const own = ordered ? (limits.ordersPerSecond ?? perSecond) : perSecond;
  const limit = limits.enforce ? own : NO_LIMIT;
  const window = windows.bucket(name);
  const used = window.add(account.name, units, now);
  const over = Math.max(0, used - limit);
  // What was not let through is not counted either.
  if (over > 0) window.add(account.name, -Math.min(over, units), now);
  headers['x-bapi-limit'] = String(limit);
  headers['x-bapi-limit-status'] = String(Math.max(0, limit - used));
  headers['x-bapi-limit-reset-timestamp'] = String(over > 0 ? now - (now % 1_000) + 1_000 : now);
  return Math.max(0, units - over);
}

const subjectOf = (params: Parameters): FaultSubject => ({
  symbol: params.text('symbol'),
  clientId: params.text('orderLinkId'),
  type: params.text('orderType')?.toUpperCase(),
});

const callName = (route: Route, request: CallRequest): string =>
  route.signed && route.batch !== undefined
    ? `${request.method} ${request.path.slice('/v5/order/'.length)}`
    : route.kind;

/** Takes a call through what lies between a client's socket and the matching engine, and back. */
export async function answerCall(exchange: BybitExchange, request: CallRequest): Promise<Answer> {
  const headers: Record<string, string> = {};
  const route = routes.get(`${request.method} ${request.path}`);
  if (route === undefined) return declined({ ...refusals.noRoute(), status: 404 }, headers);
  const params = Parameters.of(request.method, request.query, request.body);
  const account = exchange.venue.accountsByKey.get(request.headers['x-bapi-api-key'] ?? '')?.name;
  const owner = route.signed ? (account ?? 'unknown') : 'public';
  const done = (code?: number | string): void =>
    countCall(exchange.venue.record, owner, callName(route, request), code);

  const requests = exchange.windows.requests.add(request.ip, 1, exchange.now());
  if (exchange.limits.enforce && requests > exchange.limits.requestsPer5s) {
    done(403);
    const body = '403, access too frequent';
    return { kind: 'answer', status: 403, body, headers: { ...headers, 'content-type': 'text/plain' } };
  }
  // Transport faults stand for what lies before the venue (a proxy, a lost route), so they do not ask for a signature.
  const subjects = (params.list('request') ?? [params]).map(subjectOf);
  const kind = route.kind === 'openOrders' && params.text('orderLinkId') !== undefined ? 'lookup' : route.kind;
  const fault = exchange.faults.active ? exchange.faults.takeForCall(account, kind, subjects) : undefined;
  if (fault !== undefined && !reachesEngine(fault)) {
    done(fault.do);
    return transportAnswer(fault, words, headers, exchange.now());
  }
  const half = exchange.drawLatency() / 2;
  const there = half + (fault?.do === 'delay' ? (fault.ms ?? 1_000) : 0);
  const answer = await run(exchange, route, request, params, headers, there, done);
  if (half > 0) await sleep(half);
  return fault === undefined || fault.do === 'delay' ? answer : transportAnswer(fault, words, headers, exchange.now());
}

async function run(
  exchange: BybitExchange,
  route: Route,
  request: CallRequest,
  params: Parameters,
  headers: Record<string, string>,
  waitMs: number,
  done: (code?: number | string) => void,
): Promise<Answer> {
  const refuse = (refused: Refusal): Answer => {
    done(refused.code);
    return declined(refused, headers);
  };
  let signed: Pick<SignedInput, 'account' | 'granted'> | undefined;
  if (route.signed) {
    const account = authenticate(exchange, request);
    if (account instanceof Refusal) return refuse(account);
    if (params.text('category') !== 'linear' && !request.path.startsWith('/v5/account')) {
      return refuse(refusals.badParameter('category'));
    }
    const units = route.batch === undefined ? 1 : Math.max(1, params.list('request')?.length ?? 1);
    const granted = takeUnits(exchange, account, route, units, headers);
    if (granted === 0) return refuse(refusals.tooManyVisits());
    signed = { account, granted };
  }
  if (waitMs > 0) await sleep(waitMs);

  // Read after the wait: a reset or a price in between is the state the call meets.
  const now = exchange.now();
  const input = { exchange, params, now };
  const result = route.signed ? route.run({ ...input, ...signed! }) : route.run(input);
  if (result instanceof Refusal) return refuse(result);
  done();
  return answered(200, { retCode: 0, retMsg: 'OK', retExtInfo: {}, time: now, ...result }, headers);
}

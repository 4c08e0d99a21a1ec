import { setTimeout as sleep } from 'node:timers/promises';
import { countCall } from '../../../matching/record.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Answer, CallRequest } from '../../../serving/answer.ts';
import { type FaultWords, reachesEngine, transportAnswer } from '../../../serving/fault-answer.ts';
import { apiKeyOf, authenticate } from '../../binance/authenticate.ts';
import { Parameters } from '../../binance/parameters.ts';
import { json, refusal } from '../../binance/write-answer.ts';
import { defaultLimits } from '../rate-windows.ts';
import { refusals } from '../refusals.ts';
import type { SpotExchange } from '../spot-exchange.ts';
import { accountRoutes } from './account-routes.ts';
import { marketRoutes } from './market-routes.ts';
import { orderRoutes } from './order-routes.ts';
import type { Route, RouteTable } from './route.ts';

const routes: RouteTable = new Map([...marketRoutes, ...orderRoutes, ...accountRoutes]);

const words: FaultWords = {
  unknownOutcome: refusals.unknownOutcome,
  tooManyRequests: () => refusals.tooManyRequests(defaultLimits.weightPerMinute),
  banned: (untilMs) => refusals.banned(untilMs),
  write: refusal,
};

/** Takes a call through what lies between a client's socket and the matching engine, and back. */
export async function answerCall(exchange: SpotExchange, request: CallRequest): Promise<Answer> {
  const route = routes.get(`${request.method} ${request.path}`);
  const headers: Record<string, string> = {};
  if (route === undefined) return { kind: 'answer', status: 404, body: '<html><body>Not found</body></html>', headers };
  const params = Parameters.fromUrlEncoded(request.query, request.body);
  const named = exchange.venue.accountsByKey.get(apiKeyOf(request) ?? '')?.name;
  const owner = route.signed ? (named ?? 'unknown') : 'public';
  const done = (code: number | string | undefined): void => countCall(exchange.venue.record, owner, route.kind, code);

  const heavy = weigh(exchange, route, request, params, headers);
  if (heavy) {
    done(heavy.code);
    return refusal(heavy, headers);
  }
  // Transport faults stand for what lies before the venue (a proxy, a lost route), so they do not ask for a signature.
  const fault = exchange.faults.active
    ? exchange.faults.takeForCall(named, route.kind, [subjectOf(params)])
    : undefined;
  if (fault !== undefined && !reachesEngine(fault)) {
    done(fault.do);
    return transportAnswer(fault, words, headers, exchange.now());
  }
  const half = exchange.drawLatency() / 2;
  const result = await run(exchange, route, request, params, half + (fault?.do === 'delay' ? (fault.ms ?? 1_000) : 0));
  done(result instanceof Refusal ? result.code : undefined);
  settleWeight(exchange, route, request, result, headers);
  if (half > 0) await sleep(half);
  if (fault !== undefined && fault.do !== 'delay') return transportAnswer(fault, words, headers, exchange.now());
  return result instanceof Refusal ? refusal(result, headers) : json(200, result, headers);
}

const subjectOf = (params: Parameters) => ({
  symbol: params.text('symbol'),
  clientId: params.text('newClientOrderId') ?? params.text('origClientOrderId'),
  type: params.text('type'),
});

const isFree = (route: Route): boolean => route.signed && route.engine;

/** Weight belongs to the address and is counted before the key is looked at: a wrong key costs as well. */
function weigh(
  exchange: SpotExchange,
  route: Route,
  { ip }: CallRequest,
  params: Parameters,
  headers: Record<string, string>,
): Refusal | undefined {
  const { limits, weight1m } = exchange;
  const now = exchange.now();
  const weight = typeof route.weight === 'number' ? route.weight : route.weight(params);
  const used = weight1m.add(ip, isFree(route) ? 0 : weight, now);
  headers['x-mbx-used-weight-1m'] = String(used);
  if (!limits.enforce || used <= limits.weightPerMinute) return undefined;
  if (exchange.venue.switches.retryAfterOnLimit) headers['retry-after'] = String(weight1m.secondsLeft(now));
  return refusals.tooManyRequests(limits.weightPerMinute);
}

/** Since 2026-04-02 an order or a cancel weighs something only where it was refused. */
function settleWeight(
  exchange: SpotExchange,
  route: Route,
  request: CallRequest,
  result: object | Refusal,
  headers: Record<string, string>,
): void {
  const now = exchange.now();
  if (isFree(route) && result instanceof Refusal) {
    headers['x-mbx-used-weight-1m'] = String(exchange.weight1m.add(request.ip, 1, now));
  }
  const account = exchange.venue.accountsByKey.get(apiKeyOf(request) ?? '');
  if (account === undefined || route.kind !== 'place') return;
  exchange.unfilled.showIn(headers, account, now);
  if (result instanceof Refusal && result.code === -1015 && exchange.venue.switches.retryAfterOnLimit) {
    headers['retry-after'] = String(exchange.unfilled.secondsLeft(now));
  }
}

/** Authentication, the way to the engine, and the call itself. */
async function run(
  exchange: SpotExchange,
  route: Route,
  request: CallRequest,
  params: Parameters,
  waitMs: number,
): Promise<object | Refusal> {
  const auth = route.signed ? authenticate(exchange, request, params) : undefined;
  if (auth instanceof Refusal) return auth;
  if (waitMs > 0) await sleep(waitMs);
  // Read after the wait: a reset or a price in between is the state the call meets.
  const now = exchange.now();
  if (!route.signed) return route.run({ exchange, params, now });
  if (auth === undefined) return refusals.rejectedKey();
  if (route.engine && now - auth.timestamp > auth.recvWindow) return refusals.outsideRecvWindow();
  return route.run({ exchange, params, now, account: auth.account });
}

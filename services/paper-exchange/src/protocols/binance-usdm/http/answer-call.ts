import { setTimeout as sleep } from 'node:timers/promises';
import { countCall } from '../../../matching/record.ts';
import { Refusal } from '../../../matching/refusal.ts';
import type { Account } from '../../../matching/venue.ts';
import type { Answer, CallRequest } from '../../../serving/answer.ts';
import { type FaultWords, reachesEngine, transportAnswer } from '../../../serving/fault-answer.ts';
import { accountOfKey, apiKeyOf, authenticate } from '../../binance/authenticate.ts';
import { Parameters } from '../../binance/parameters.ts';
import { json, refusal } from '../../binance/write-answer.ts';
import { refusals } from '../refusals.ts';
import type { UsdmExchange } from '../usdm-exchange.ts';
import { accountRoutes } from './account-routes.ts';
import { algoRoutes } from './algo-routes.ts';
import { faultSubjects } from './fault-subjects.ts';
import { historyRoutes } from './history-routes.ts';
import { listenKeyRoutes } from './listen-key-routes.ts';
import { marketRoutes } from './market-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { defaultRateLimits } from './rate-windows.ts';
import type { Route, RouteTable } from './route.ts';

const routes: RouteTable = new Map([
  ...marketRoutes,
  ...orderRoutes,
  ...algoRoutes,
  ...accountRoutes,
  ...historyRoutes,
  ...listenKeyRoutes,
]);

const words: FaultWords = {
  // The text of the three meanings of 503 whose outcome is unknown.
  unknownOutcome: () => new Refusal(-1000, 'Unknown error, please check your request or try again later.'),
  tooManyRequests: () => refusals.tooManyRequests(defaultRateLimits.weightPerMinute),
  banned: (untilMs) => refusals.banned(untilMs),
  write: refusal,
};

/** Books the call's order cost and shows it in the headers; refuses when a window is over its limit. */
function takeOrderBudget(
  exchange: UsdmExchange,
  account: Account,
  cost: { tenSeconds: number; minute: number },
  headers: Record<string, string>,
): Refusal | undefined {
  const now = exchange.now();
  const { limits, windows } = exchange;
  const in10s = windows.orders10s.add(account.name, cost.tenSeconds, now);
  const in1m = windows.orders1m.add(account.name, cost.minute, now);
  headers['x-mbx-order-count-10s'] = String(in10s);
  headers['x-mbx-order-count-1m'] = String(in1m);
  if (!limits.enforce || (in10s <= limits.ordersPer10s && in1m <= limits.ordersPerMinute)) return undefined;
  const short = in10s > limits.ordersPer10s;
  if (exchange.venue.switches.retryAfterOnLimit) {
    headers['retry-after'] = String((short ? windows.orders10s : windows.orders1m).secondsLeft(now));
  }
  return short
    ? refusals.tooManyOrders(limits.ordersPer10s, 'TEN_SECONDS')
    : refusals.tooManyOrders(limits.ordersPerMinute, 'MINUTE');
}

/** Takes a call through what lies between a client's socket and the matching engine, and back. */
export async function answerCall(exchange: UsdmExchange, request: CallRequest): Promise<Answer> {
  const route = routes.get(`${request.method} ${request.path}`);
  const headers: Record<string, string> = {};
  if (route === undefined) {
    const msg = `Path ${request.path}, Method ${request.method} is invalid`;
    return json(404, { code: -5000, msg }, headers);
  }
  // Weight belongs to the address and is counted before the key is looked at: a wrong key costs as well.
  const params = Parameters.fromUrlEncoded(request.query, request.body);
  const now = exchange.now();
  const weight = typeof route.weight === 'number' ? route.weight : route.weight(params);
  const used = exchange.windows.weight1m.add(request.ip, weight, now);
  headers['x-mbx-used-weight-1m'] = String(used);

  const named = exchange.venue.accountsByKey.get(apiKeyOf(request) ?? '')?.name;
  const owner = route.signed ? (named ?? 'unknown') : 'public';
  const done = (code: number | string | undefined): void =>
    countCall(exchange.venue.record, owner, callName(route, request), code);

  if (exchange.limits.enforce && used > exchange.limits.weightPerMinute) {
    if (exchange.venue.switches.retryAfterOnLimit) {
      headers['retry-after'] = String(exchange.windows.weight1m.secondsLeft(now));
    }
    done(-1003);
    return refusal(refusals.tooManyRequests(exchange.limits.weightPerMinute), headers);
  }
  // Transport faults stand for what lies before the venue (a proxy, a lost route), so they do not ask for a signature.
  const fault = exchange.faults.active
    ? exchange.faults.takeForCall(named, route.kind, faultSubjects(params))
    : undefined;
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

const callName = (route: Route, request: CallRequest): string =>
  route.signed === true && route.countsItself ? `${request.method} batchOrders` : route.kind;

/** Authentication, budget, the way to the engine, and the call itself. */
async function run(
  exchange: UsdmExchange,
  route: Route,
  request: CallRequest,
  params: Parameters,
  headers: Record<string, string>,
  waitMs: number,
  done: (code: number | string | undefined) => void,
): Promise<Answer> {
  const refuse = (refused: Refusal): Answer => {
    done(refused.code);
    return refusal(refused, headers);
  };
  const auth = route.signed === true ? authenticate(exchange, request, params) : undefined;
  if (auth instanceof Refusal) return refuse(auth);
  if (route.signed === true && route.orderCost && auth) {
    const limited = takeOrderBudget(exchange, auth.account, route.orderCost, headers);
    if (limited) return refuse(limited);
  }
  if (waitMs > 0) await sleep(waitMs);

  // Read after the wait: a reset or a price in between is the state the call meets.
  const { venue, limits, faults } = exchange;
  const now = exchange.now();
  if (!route.signed) {
    const result = route.run({ venue, params, now, limits });
    if (result instanceof Refusal) return refuse(result);
    done(undefined);
    return json(200, result, headers);
  }
  if (route.signed === 'key-only') {
    const account = accountOfKey(exchange, request);
    const result =
      account instanceof Refusal
        ? account
        : route.run({ venue, params, now, limits, account, keys: exchange.streams.keys });
    if (result instanceof Refusal) return refuse(result);
    done(undefined);
    return json(200, result, headers);
  }
  if (auth === undefined) return refuse(refusals.rejectedKey());
  if (route.engine && now - auth.timestamp > auth.recvWindow) {
    return refuse(venue.switches.lateAtEngine === -5028 ? refusals.engineRecvWindow() : refusals.outsideRecvWindow());
  }
  const result = route.run({ venue, params, now, limits, faults, account: auth.account });
  if (result instanceof Refusal) {
    if (route.orderCost && !venue.switches.refusedOrdersCount) {
      exchange.windows.orders10s.add(auth.account.name, -route.orderCost.tenSeconds, now);
      exchange.windows.orders1m.add(auth.account.name, -route.orderCost.minute, now);
    }
    return refuse(result);
  }
  done(undefined);
  return json(200, result, headers);
}

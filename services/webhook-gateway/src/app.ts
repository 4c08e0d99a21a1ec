import type { HttpBindings } from '@hono/node-server';
import type { LokiLogs } from '@sluice/log-query';
import { healthRoutes, readSchedulerStatus, type Waiter } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { findReceipt } from './db/find-receipt.ts';
import { readQueueMetrics } from './db/read-queue-metrics.ts';
import { readServiceStates } from './db/read-service-states.ts';
import { readTimeZone } from './db/read-time-zone.ts';
import { adminOnly } from './http/admin-only.ts';
import { haltRoutes } from './http/halt-routes.ts';
import { judgeHealth } from './http/health.ts';
import { jobLogsRoutes } from './http/job-logs-routes.ts';
import { jobRunRoutes } from './http/job-run-routes.ts';
import { liveRoutes } from './http/live-routes.ts';
import { observingRoutes } from './http/observing-routes.ts';
import { openApiDocument } from './http/openapi.ts';
import { resultRoutes } from './http/result-routes.ts';
import { settleRoutes } from './http/settle-routes.ts';
import { whenWritten } from './http/when-written.ts';
import type { FieldError } from './intake/body-value.ts';
import type { LiveStream } from './live/live-stream.ts';
import type { AnsweredNotes } from './receiving/answered-notes.ts';
import { acceptedAnswer } from './receiving/compose-answer.ts';
import { beforeDeadline } from './receiving/deadline.ts';
import { describeErrors } from './receiving/read-request.ts';
import {
  finalAnswer,
  type IncomingRequest,
  type IngestOutcome,
  type IntakeDeps,
  receiveAlert,
} from './receiving/receive-alert.ts';
import { type DryRunOutcome, runDry } from './receiving/run-dry.ts';

export type GatewayDeps = IntakeDeps & {
  dryRunReplies: Waiter;
  haltReplies: Waiter;
  settleReplies: Waiter;
  answered: AnsweredNotes;
  adminToken: string;
  /** Where log lines are read from; null where no Loki is configured. */
  logs: LokiLogs | null;
  live: LiveStream;
};

type GatewayEnv = { Bindings: HttpBindings; Variables: { startedAt: number } };
type GatewayContext = Context<GatewayEnv>;

/** Fits 200 orders with long names many times over. */
const maxBodyBytes = 256 * 1024;
const storeWithinMs = 1_500;
const alertId = /^[0-9a-f]{32}$/;

const log = getLogger('gateway');

/** Every route of the gateway. The app is a value: it opens no port and starts nothing. */
export function createApp(deps: GatewayDeps): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();

  app.use(async (c, next) => {
    c.set('startedAt', performance.now());
    await next();
  });
  app.route('/', healthRoutes({ ready: () => deps.strategies.reasonAgainst() }));

  const tooLarge = (c: Context): Response => {
    // The rest of the body is still on its way; the connection cannot carry another request.
    c.header('Connection', 'close');
    return refusal(c, 413, [{ path: 'body', message: `is larger than ${maxBodyBytes / 1024} KiB` }]);
  };
  app.post('/api/webhook', bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }), async (c) => {
    const request: IncomingRequest = {
      // By content and not by type: TradingView sends text/plain for what it does not take for JSON.
      text: await c.req.text(),
      idempotencyKey: c.req.header('idempotency-key') ?? null,
      startedAt: c.get('startedAt'),
    };
    if (isSet(c.req.query('dry_run'))) return dryRunResponse(c, await runDry(deps, request));
    return alertResponse(c, deps, await receiveAlert(deps, request));
  });
  app.all('/api/webhook', (c) => wrongMethod(c, 'POST'));

  app.get('/api/webhook/:id', async (c) => {
    const id = c.req.param('id');
    const until = c.get('startedAt') + storeWithinMs;
    const receipt = alertId.test(id) ? await beforeDeadline(findReceipt(deps.sql, id), until) : null;
    if (receipt === null) return refusal(c, 404, [{ path: 'id', message: 'there is no alert with this id' }]);
    const answer = await finalAnswer(deps.results, receipt, null);
    return answer === null ? accepted(c, acceptedAnswer(receipt)) : c.json(answer);
  });
  app.all('/api/webhook/:id', (c) => wrongMethod(c, 'GET'));

  app.get('/api/health', async (c) => {
    const until = c.get('startedAt') + storeWithinMs;
    const states = await beforeDeadline(readServiceStates(deps.sql), until).catch(() => null);
    const health = judgeHealth(states);
    return c.json(health, health.status === 'ok' ? 200 : 503);
  });
  app.get('/api/openapi.json', (c) => c.json(openApiDocument));

  app.route('/', liveRoutes(deps));

  // Whether the route is there or not: without the token, nobody learns which routes there are.
  const forOperators = [
    '/admin',
    '/api/system',
    '/api/orders',
    '/api/strategies',
    '/api/accounts',
    '/api/positions',
    '/api/performance',
    '/api/dead-letters',
  ];
  for (const path of forOperators) {
    app.use(path, adminOnly(deps.adminToken));
    app.use(`${path}/*`, adminOnly(deps.adminToken));
  }
  app.get('/admin/system/queue/metrics', async (c) => {
    const until = c.get('startedAt') + storeWithinMs;
    return c.json(await beforeDeadline(readQueueMetrics(deps.sql), until));
  });
  app.route('/', haltRoutes(deps));
  app.route('/', settleRoutes(deps));
  app.route('/', observingRoutes(deps));
  app.route('/', resultRoutes(deps));
  app.get('/api/system/scheduler/status', async (c) => {
    const until = c.get('startedAt') + storeWithinMs;
    return c.json(await beforeDeadline(readSchedulerStatus(deps.sql), until));
  });
  const timeZone = () => beforeDeadline(readTimeZone(deps.sql), performance.now() + storeWithinMs);
  app.route('/', jobRunRoutes(deps));
  app.route('/', jobLogsRoutes({ logs: deps.logs, readTimeZone: timeZone }));

  app.notFound((c) => refusal(c, 404, [{ path: c.req.path, message: 'there is no such route' }]));
  app.onError((error, c) => {
    log.error('%s %s failed', c.req.method, c.req.path, error);
    return refusal(c, 503, [{ path: 'store', message: 'does not answer; try again' }]);
  });
  return app;
}

function alertResponse(c: GatewayContext, deps: GatewayDeps, outcome: IngestOutcome): Response {
  switch (outcome.kind) {
    case 'answered':
      whenWritten(c.env, () => deps.answered.add(outcome.answeredIds));
      return c.json(outcome.answer);
    case 'accepted':
      whenWritten(c.env, () => deps.answered.add(outcome.answeredIds));
      return accepted(c, outcome.answer);
    case 'unreadable':
    case 'malformed':
      return refusal(c, 400, outcome.errors);
    case 'unauthenticated':
      return refusal(c, 401, outcome.errors);
    case 'id_conflict':
      return refusal(c, 409, outcome.errors);
    case 'store_away':
      return c.json({ success: false, error: outcome.reason, errors: [] }, 503);
  }
}

function dryRunResponse(c: GatewayContext, outcome: DryRunOutcome): Response {
  switch (outcome.kind) {
    case 'dry_run':
      return c.json(outcome.answer);
    case 'unreadable':
    case 'malformed':
      return refusal(c, 400, outcome.errors);
    case 'unauthenticated':
      return refusal(c, 401, outcome.errors);
    case 'store_away':
      return c.json({ success: false, error: outcome.reason, errors: [] }, 503);
  }
}

function accepted(c: Context, answer: ReturnType<typeof acceptedAnswer>): Response {
  return c.json(answer, 202, { Location: answer.status_url });
}

function refusal(c: Context, status: 400 | 401 | 404 | 405 | 409 | 413 | 503, errors: FieldError[]): Response {
  return c.json({ success: false, error: describeErrors(errors), errors }, status);
}

function wrongMethod(c: Context, allowed: string): Response {
  c.header('Allow', allowed);
  return refusal(c, 405, [{ path: c.req.path, message: `takes ${allowed}, not ${c.req.method}` }]);
}

function isSet(query: string | undefined): boolean {
  return query !== undefined && query !== '0' && query !== 'false';
}

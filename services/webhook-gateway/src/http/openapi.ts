import { orderTypes } from '@sluice/contracts';
import { logLevels, longestSearch } from '@sluice/log-query';
import { z } from 'zod';
import { haltAnswerSchemas, haltPaths } from './halt-openapi.ts';
import { livePaths } from './live-openapi.ts';
import { observingAnswerSchemas, observingPaths } from './observing-openapi.ts';
import { admin, count, json, queryParameter, refusal } from './openapi-parts.ts';
import { resultAnswerSchemas, resultPaths } from './result-openapi.ts';
import { schedulerAnswerSchemas, schedulerPaths } from './scheduler-openapi.ts';
import { settleAnswerSchemas, settlePaths } from './settle-openapi.ts';

const decimal = z
  .union([z.string(), z.number()])
  .describe('A positive decimal, as text or number; kept digit for digit');
const id = z.string().regex(/^[0-9a-f]{32}$/);

const orderRequest = z.looseObject({
  symbol: z.string().optional().describe('BTC/USDT, BTCUSDT, BTCUSDT.P, BINANCE:BTCUSDT.P or BTC/USDT:USDT'),
  order_type: z.enum(orderTypes),
  side: z.enum(['buy', 'sell']).optional().describe('In any case of letters'),
  price: decimal.optional(),
  stop_price: decimal.optional(),
  qty_per: decimal.optional().describe("Per cent of the strategy's capital on the account, up to 10000"),
  order_id: z.string().optional().describe('CANCEL: an exchange order id or a pending_order_id'),
  reduce_only: z.boolean().optional().describe('Never beyond the position; qty_per is then a per cent of it'),
});
const envelope = {
  group_name: z.string().describe('The strategy'),
  token: z.string().describe("The strategy's webhook token; never stored"),
  alert_id: z.string().max(200).optional().describe('Unique per strategy for 7 days; also as header Idempotency-Key'),
  timestamp: z.iso.datetime({ offset: true }).optional().describe('When the alert fired; compared with max_lag'),
};
const alertRequest = z.union([
  orderRequest.extend(envelope),
  z.looseObject({ ...envelope, orders: z.array(orderRequest).min(1).max(200) }),
]);

const orderResult = z.object({
  order_index: z.number().int(),
  success: z.boolean(),
  queued: z.boolean().optional(),
  executed: z.boolean().optional(),
  pending_order_id: z.number().int().optional(),
  retry_scheduled: z.literal(true).optional(),
  unresolved: z.literal(true).optional().describe('It is not known yet whether the exchange has the order'),
  result: z.object({
    action: z.literal('trading_signal'),
    success: z.boolean(),
    order_id: z.string().optional(),
    message: z.string().optional(),
    error: z.string().optional(),
    cancelled: z.number().int().optional(),
    account_id: z.number().int(),
    account_name: z.string(),
    alert_sent: z.boolean().optional(),
  }),
});
const alertAnswer = z.object({
  action: z.literal('batch_order'),
  strategy: z.string(),
  success: z.boolean().describe('At least one result is'),
  id,
  error: z.string().optional().describe('Why no result is a success, e.g. "stale: …"'),
  duplicate_of: id.optional().describe('The alert this request was a resend of'),
  warnings: z.array(z.string()).optional(),
  results: z.array(orderResult),
  rebalanced: z.array(
    z.object({
      account_id: z.number().int(),
      symbol: z.string(),
      executed: count,
      cancelled: count,
      failed: count,
      duration_ms: z.number(),
    }),
  ),
  summary: z.object({
    total_orders: count,
    accounts: count,
    immediate_orders: count,
    queued_orders: count,
    executed_orders: count,
    executed_from_queue: count,
    remaining_in_queue: count,
    successful_orders: count,
    failed_orders: count,
    exchange_submitted: count,
  }),
});
const acceptedAnswer = z.object({
  action: z.literal('batch_order'),
  strategy: z.string(),
  success: z.literal(true),
  accepted: z.literal(true),
  id,
  status_url: z.string(),
  duplicate_of: id.optional(),
});
const dryRunAnswer = z.object({
  action: z.literal('dry_run'),
  strategy: z.string(),
  success: z.boolean(),
  error: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  orders: z.array(
    z.object({
      order_index: z.number().int(),
      account_id: z.number().int(),
      account_name: z.string(),
      order: z.looseObject({}),
      quantity: z.string().nullable(),
      rank: z.number().int().nullable(),
      would: z.enum(['send', 'wait', 'cancel', 'refuse']),
      error: z.string().optional(),
    }),
  ),
});
const health = z.object({
  success: z.boolean(),
  status: z.enum(['ok', 'degraded']),
  store: z.enum(['ok', 'away']),
  services: z.array(
    z.object({
      service: z.string(),
      state: z.enum(['ready', 'not ready', 'down', 'unknown']),
      replicas: count,
      ready: count,
    }),
  ),
});
const queueMetrics = z.object({
  total_rebalances: count,
  total_cancelled: count,
  total_executed: count,
  total_duration_ms: z.number(),
  avg_duration_ms: z.number(),
});

const jobLogs = z.object({
  success: z.literal(true),
  logs: z
    .array(
      z.object({
        timestamp: z.string().describe("2025-10-23 14:08:29, in the installation's time zone"),
        level: z.string().describe(logLevels.join(', ')),
        tag: z.string().nullable(),
        message: z.string().describe('As it was written; escape it where it is shown as HTML'),
        file: z.string().nullable(),
        line: z.number().int().nullable(),
      }),
    )
    .describe('The newest that match, oldest first'),
  total: count.describe('Every line of the deployment in the window'),
  filtered: count.describe('Those of them that match'),
  job_id: z.string().describe('The main id, also when asked by another name'),
});

/** The schemas answers are checked against in tests: what is documented is what is sent. */
export const answerSchemas = {
  alertAnswer,
  acceptedAnswer,
  dryRunAnswer,
  refusal,
  health,
  queueMetrics,
  jobLogs,
  ...haltAnswerSchemas,
  ...settleAnswerSchemas,
  ...observingAnswerSchemas,
  ...resultAnswerSchemas,
  ...schedulerAnswerSchemas,
};

const moment =
  "2025-10-23 14:08:29 in the installation's time, ISO 8601 with a zone, or 15m for so long ago (s, m, h, d)";
const idParameter = { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9a-f]{32}$' } };
/** The interface in OpenAPI 3.1, made of the schemas above once at start. */
export const openApiDocument = {
  openapi: '3.1.1',
  info: {
    title: 'Sluice webhook gateway',
    version: '1',
    description: 'Takes trading alerts and says what became of them.',
  },
  paths: {
    '/api/webhook': {
      post: {
        summary: 'Send an alert',
        description:
          'The body is read as JSON whatever its content type is, up to 256 KiB and 200 orders. A 2xx means that the alert ' +
          'is stored; a 503 that it is not and can be sent again.',
        parameters: [
          {
            name: 'dry_run',
            in: 'query',
            schema: { type: 'string' },
            description: '1: answer sizes and ranks, store nothing',
          },
          {
            name: 'Idempotency-Key',
            in: 'header',
            schema: { type: 'string' },
            description: 'Another way to give alert_id',
          },
        ],
        requestBody: { required: true, ...json(alertRequest, 'One order, or a batch under `orders`') },
        responses: {
          200: json(z.union([alertAnswer, dryRunAnswer]), 'What became of each order on each account'),
          202: json(acceptedAnswer, 'Stored, but without a result in 2.5 s; ask at status_url'),
          400: json(refusal, 'The body cannot be read or a field is wrong; every one is named'),
          401: json(refusal, 'No strategy has this group_name and token'),
          409: json(refusal, 'The alert_id belongs to another body'),
          413: json(refusal, 'The body is larger than 256 KiB'),
          503: json(refusal, 'Not stored; send it again'),
        },
      },
    },
    '/api/webhook/{id}': {
      get: {
        summary: 'The answer to an alert',
        parameters: [idParameter],
        responses: {
          200: json(alertAnswer, 'The result'),
          202: json(acceptedAnswer, 'No result yet'),
          404: json(refusal, 'There is no alert with this id'),
        },
      },
    },
    '/api/health': {
      get: {
        summary: 'The health of the installation',
        responses: { 200: json(health, 'Every service is ready'), 503: json(health, 'The store or a service is not') },
      },
    },
    '/healthz': { get: { summary: 'Whether this process lives', responses: { 200: { description: 'It does' } } } },
    '/readyz': {
      get: {
        summary: 'Whether this process takes alerts',
        responses: { 200: { description: 'It does' }, 503: { description: 'It does not; the body says why' } },
      },
    },
    '/api/openapi.json': { get: { summary: 'This document', responses: { 200: { description: 'OpenAPI 3.1' } } } },
    '/admin/system/queue/metrics': {
      get: {
        summary: 'Rebalances over all replicas',
        ...admin,
        responses: { 200: json(queueMetrics, 'Counts and durations'), 401: json(refusal, 'Not the admin token') },
      },
    },
    '/admin/system/background-jobs/{job_id}/logs': {
      get: {
        summary: 'Log lines of a background job',
        description:
          'From Loki: lines with the tag of the job and never those of another. An empty parameter is one not given.',
        ...admin,
        parameters: [
          {
            name: 'job_id',
            in: 'path',
            required: true,
            schema: { type: 'string' },
            description: 'Or another of its names',
          },
          queryParameter(
            'limit',
            { type: 'integer', minimum: 1, maximum: 5_000, default: 100 },
            'At most so many lines',
          ),
          queryParameter('since', { type: 'string' }, `${moment}; 24 hours before until when not given`),
          queryParameter('until', { type: 'string' }, `${moment}; not itself in the window; now when not given`),
          queryParameter('level', { type: 'string' }, `One or more of ${logLevels.join(', ')}, parted by commas`),
          queryParameter(
            'search',
            { type: 'string', maxLength: longestSearch },
            'Text of the message, in any case of letters',
          ),
          queryParameter('untagged', { type: 'string', enum: ['0', '1'] }, '1: also lines that belong to no job'),
        ],
        responses: {
          200: json(jobLogs, 'The lines, and how many there are'),
          400: json(refusal, 'A parameter is wrong; every one is named'),
          401: json(refusal, 'Not the admin token'),
          404: json(refusal, 'There is no such job; those there are are named'),
          503: json(refusal, 'Loki does not answer, or is not configured'),
        },
      },
    },
    ...haltPaths,
    ...settlePaths,
    ...observingPaths,
    ...resultPaths,
    ...livePaths,
    ...schedulerPaths,
  },
  components: {
    securitySchemes: {
      adminToken: { type: 'http', scheme: 'bearer' },
      strategyToken: { type: 'http', scheme: 'bearer' },
    },
  },
};

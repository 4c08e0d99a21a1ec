import { z } from 'zod';
import { endedStates, liveStates } from '../observing/read-orders-request.ts';
import { largestLimit } from '../observing/read-page-request.ts';
import { admin, count, json, queryParameter, refusal } from './openapi-parts.ts';

const moment = z.string().describe('ISO 8601');
const decimal = z.string().describe('A decimal, digit for digit');
const next = z.string().nullable().describe('`cursor` of the next page; null on the last');
const byState = z.record(z.string(), count).describe('Live orders by state');

const order = z.object({
  id: count,
  strategy: z.string(),
  account: z.string(),
  venue: z.string(),
  symbol: z.string(),
  type: z.string(),
  side: z.string(),
  state: z.string().describe([...liveStates, ...endedStates].join(', ')),
  rank: count.nullable().describe('Among all of its account and symbol, 1 is best; null for MARKET and once ended'),
  waits: z.string().nullable().describe('Why it waits with us and what would let it go; null unless pending'),
  price: decimal.nullable(),
  stop_price: decimal.nullable(),
  quantity: decimal,
  executed: decimal,
  remaining: decimal,
  reduce_only: z.boolean(),
  order_id: z.string().nullable().describe("The exchange's id of the last attempt"),
  client_order_id: z.string().nullable(),
  alert_id: z.string(),
  order_index: count,
  attempts: count,
  needs_person_since: moment
    .nullable()
    .describe('Since when a person is asked what became of it (POST /admin/orders/{id}/settle); null while nobody is'),
  failure: z.string().nullable(),
  received_at: moment,
  updated_at: moment,
  ended_at: moment.nullable(),
});
const orders = z.object({ orders: z.array(order), next });
const orderStory = z.object({
  order,
  attempts: z.array(
    z.object({
      number: count,
      client_order_id: z.string(),
      order_id: z.string().nullable(),
      triggered_order_id: z.string().nullable(),
      quantity: z.string(),
      executed: decimal,
      final: z.boolean(),
      next: z.string().nullable().describe('What happens on the wire next: place, cancel or find'),
      signed_at: moment.nullable(),
      reported_at: moment.nullable(),
    }),
  ),
  events: z
    .array(
      z.object({
        at: moment,
        kind: z.string(),
        state: z.string(),
        attempt: count,
        cause: z.string().nullable().describe('The alert or the job that made it happen'),
        detail: z.looseObject({}).nullable(),
        text: z.string().describe('The event as a sentence'),
      }),
    )
    .describe('Oldest first; of very many the newest 500'),
});
const strategies = z.object({
  strategies: z.array(
    z.object({
      strategy: z.string(),
      market_type: z.string(),
      active: z.boolean(),
      halted: z.string().nullable(),
      accounts: z.array(
        z.object({
          account: z.string(),
          active: z.boolean(),
          share: z.string().nullable().describe("Per cent of the account's balance; null with a fixed capital"),
          capital: z.string().nullable().describe('What is used; null while a share is not allotted yet'),
          leverage: z.string(),
          hold: z.string().nullable().describe('Why nothing new is sent here'),
          orders: byState,
        }),
      ),
      orders: byState,
    }),
  ),
  next,
});
const accounts = z.object({
  accounts: z.array(
    z.object({
      account: z.string(),
      account_id: count,
      venue: z.string(),
      active: z.boolean(),
      halted: z.string().nullable(),
      paused: z.string().nullable().describe('Why it sends nothing new of its own accord: key, clock, position mode'),
      paused_since: moment.nullable(),
      open: count,
      pending: count,
      limit: count.nullable().describe('Open orders per symbol as configured'),
      foreign_open: count.describe('Open orders that are not ours'),
      stream: z.string().nullable(),
      stream_heard_at: moment.nullable(),
    }),
  ),
  next,
});
const deadLetter = z.object({
  id: count,
  received_at: moment,
  reason: z.string(),
  strategy: z.string().nullable(),
  detail: z.string(),
  bytes: count,
  body: z.string().describe('Its beginning; tokens were masked before it was stored'),
});
const deadLetters = z.object({ dead_letters: z.array(deadLetter), next });
const oneDeadLetter = z.object({ dead_letter: deadLetter });

const paging = [
  queryParameter('limit', { type: 'integer', minimum: 1, maximum: largestLimit, default: 50 }, 'At most so many'),
  queryParameter('cursor', { type: 'string' }, '`next` of the page before'),
];
const idParameter = { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } };
export const list = (summary: string, schema: z.ZodType, parameters: object[] = []) => ({
  get: {
    summary,
    ...admin,
    parameters: [...parameters, ...paging],
    responses: {
      200: json(schema, 'A page'),
      400: json(refusal, 'A parameter is wrong; every one is named, with what is known'),
      401: json(refusal, 'Not the admin token'),
    },
  },
});
const one = (summary: string, schema: z.ZodType) => ({
  get: {
    summary,
    ...admin,
    parameters: [idParameter],
    responses: {
      200: json(schema, 'It'),
      401: json(refusal, 'Not the admin token'),
      404: json(refusal, 'There is none with this id'),
    },
  },
});
const names = { type: 'string' };

export const observingAnswerSchemas = { orders, orderStory, strategies, accounts, deadLetters, oneDeadLetter };
export const observingPaths = {
  '/api/orders': list('Orders, newest first', orders, [
    queryParameter('strategy', names, 'One or more, parted by commas'),
    queryParameter('account', names, 'One or more, parted by commas'),
    queryParameter('symbol', names, 'BTC/USDT'),
    queryParameter(
      'state',
      names,
      'One or more, parted by commas; live: all that have not ended; ended: all that have',
    ),
  ]),
  '/api/orders/{id}': one('An order with its attempts and what happened to it', orderStory),
  '/api/strategies': list('Strategies with their accounts', strategies),
  '/api/accounts': list('Accounts', accounts),
  '/api/dead-letters': list('Requests that could not be taken, newest first', deadLetters),
  '/api/dead-letters/{id}': one('A request that could not be taken', oneDeadLetter),
};

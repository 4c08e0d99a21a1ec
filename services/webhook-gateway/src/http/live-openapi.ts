import { jobLiveEvent, liveEventTypes, orderLiveEvent, readyEvent, resetEvent } from '@sluice/contracts';
import { z } from 'zod';
import { json, queryParameter, refusal } from './openapi-parts.ts';

const schemas = { order: orderLiveEvent, job: jobLiveEvent, ready: readyEvent, reset: resetEvent };

/** The description of the live stream; the data of each of its events is in the schemas. */
export const livePaths = {
  '/api/events': {
    get: {
      summary: 'What happens to orders and jobs, as it happens',
      description:
        'Server-sent events. With the admin token everything, with the token of a strategy what happens to its orders. The ' +
        'token goes into the Authorization header, which the EventSource of browsers cannot set: use one made of fetch. ' +
        '`ready` comes first; then each event with its id. Reconnecting with Last-Event-ID goes on after it without a gap. ' +
        'Where it cannot, `reset` comes first: what happened before may not all have been told, so ask /api/orders. ' +
        'A comment every 15 s shows that the connection lives. A listener that does not read is dropped, with a comment.',
      security: [{ adminToken: [] }, { strategyToken: [] }],
      parameters: [
        queryParameter('strategy', { type: 'string' }, 'Of these strategies, parted by commas'),
        queryParameter('account', { type: 'string' }, 'On these accounts, parted by commas'),
        queryParameter('symbol', { type: 'string' }, 'Of this symbol, BTC/USDT'),
        queryParameter('types', { type: 'string' }, `Of these types, parted by commas: ${liveEventTypes.join(', ')}`),
        {
          name: 'Last-Event-ID',
          in: 'header',
          schema: { type: 'string' },
          description: 'The id of the last event that was heard',
        },
      ],
      responses: {
        200: {
          description: `The stream. order.…: ${'`order`'}; job.…: ${'`job`'}; jobs are told where no strategy, account or symbol is asked for`,
          content: {
            'text/event-stream': {
              schema: {
                oneOf: Object.entries(schemas).map(([title, schema]) => {
                  const { $schema: _dialect, ...inner } = z.toJSONSchema(schema);
                  return { title, ...inner };
                }),
              },
            },
          },
        },
        400: json(refusal, 'A parameter is wrong, or a token is in the address'),
        401: json(refusal, 'Neither the admin token nor that of a strategy'),
        403: json(refusal, 'The token is of another strategy'),
        503: json(refusal, 'There is no room for another listener'),
      },
    },
  },
};

import { z } from 'zod';
import { admin, count, json, refusal } from './openapi-parts.ts';

const settled = z.object({ success: z.literal(true), id: count, state: z.string().describe("The order's state now") });
const request = z
  .object({
    order_id: z.string().optional().describe("The exchange's number of the order it is"),
    never_arrived: z.literal(true).optional().describe('The exchange never got it: it may be sent again'),
    by: z.string().max(200).optional().describe('Who says so; kept in the log'),
  })
  .describe('Exactly one of order_id and never_arrived');

export const settleAnswerSchemas = { settled };
export const settlePaths = {
  '/admin/orders/{id}/settle': {
    post: {
      summary: 'Say what became of an order whose answer was lost and that nobody else can tell of',
      description:
        'For orders with needs_person_since, on an exchange without client order ids. A number is held against what was sent: side, type, quantity and price must agree.',
      ...admin,
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
      requestBody: { required: true, ...json(request, 'What it was') },
      responses: {
        200: json(settled, 'Settled'),
        400: json(refusal, 'The body is not one of those'),
        401: json(refusal, 'Not the admin token'),
        404: json(refusal, 'The id is no number, so no order has it'),
        409: json(
          refusal,
          'Nobody is asked about it, or it cannot be that order: the text says why; nothing was changed',
        ),
        503: json(refusal, 'The exchange does not answer, or order-queue has not: the text says which'),
      },
    },
  },
};

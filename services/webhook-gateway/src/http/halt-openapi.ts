import { haltScopes } from '@sluice/contracts';
import { z } from 'zod';
import { admin, json, refusal } from './openapi-parts.ts';

const since = z.string().describe('ISO 8601');
const halts = z.object({
  success: z.literal(true),
  halts: z.array(
    z.object({
      scope: z.enum(haltScopes),
      name: z.string().describe('Empty for all'),
      reason: z.string(),
      by: z.string(),
      since,
    }),
  ),
  paused: z
    .array(z.object({ account: z.string(), reason: z.string(), since }))
    .describe('Accounts that send nothing new because their key, clock or position mode is wrong'),
});
const request = z
  .object({
    all: z.literal(true).optional(),
    strategy: z.string().optional(),
    account: z.string().optional(),
    reason: z.string().max(200).optional(),
    by: z.string().max(200).optional().describe('Who asks; kept and shown'),
  })
  .describe('Exactly one of all, strategy and account');

const responses = {
  200: json(halts, 'In force on every replica; all that sends nothing new now'),
  400: json(refusal, 'The body is not one of those'),
  401: json(refusal, 'Not the admin token'),
  404: json(refusal, 'There is no such strategy or account; those there are are named'),
  503: json(refusal, 'Nothing was done; or accepted and not confirmed yet: the text says which'),
};

export const haltAnswerSchemas = { halts };
export const haltPaths = {
  '/admin/halt': {
    get: { summary: 'What sends nothing new now', ...admin, responses: { 200: responses[200], 401: responses[401] } },
    post: {
      summary: 'Send nothing new for all, a strategy or an account',
      description:
        'Cancels still work, pending orders stay, open orders are followed to their end. It lasts until it is resumed.',
      ...admin,
      requestBody: { required: true, ...json(request, 'What to halt') },
      responses,
    },
  },
  '/admin/resume': {
    post: {
      summary: 'Send again; for an account also after it was paused for its key or clock',
      description: 'Each of the three is a switch of its own: resuming all leaves a halted strategy halted.',
      ...admin,
      requestBody: { required: true, ...json(request, 'What to resume') },
      responses,
    },
  },
};

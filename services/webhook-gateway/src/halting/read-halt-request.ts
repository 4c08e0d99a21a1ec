import type { HaltScope } from '@sluice/contracts';
import { z } from 'zod';
import type { FieldError } from '../intake/body-value.ts';

export type HaltRequest = { scope: HaltScope; name: string; reason: string | null; by: string };

const text = z.string().trim().min(1).max(200);
const body = z.strictObject({
  all: z.literal(true).optional(),
  strategy: text.optional(),
  account: text.optional(),
  reason: text.optional(),
  by: text.optional(),
});
const exactlyOne =
  'takes exactly one of {"all":true}, {"strategy":"…"} and {"account":"…"}, and "reason" and "by" beside';

/** What is to be halted or resumed, or every fault of the body. */
export function readHaltRequest(json: string): { request: HaltRequest } | { errors: FieldError[] } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { errors: [{ path: 'body', message: `is not JSON; it ${exactlyOne}` }] };
  }
  const { data, error } = body.safeParse(value);
  if (data === undefined) {
    return {
      errors: error.issues.map((issue) => ({
        path: issue.path.join('.') || 'body',
        message: issue.code === 'unrecognized_keys' ? exactlyOne : `${issue.message}; the body ${exactlyOne}`,
      })),
    };
  }
  const named = [data.all, data.strategy, data.account].filter((each) => each !== undefined);
  if (named.length !== 1) return { errors: [{ path: 'body', message: exactlyOne }] };
  const of = { reason: data.reason ?? null, by: data.by ?? 'an administrator' };
  if (data.strategy !== undefined) return { request: { scope: 'strategy', name: data.strategy, ...of } };
  if (data.account !== undefined) return { request: { scope: 'account', name: data.account, ...of } };
  return { request: { scope: 'all', name: '', ...of } };
}

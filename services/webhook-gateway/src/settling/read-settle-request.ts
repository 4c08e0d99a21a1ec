import { z } from 'zod';
import type { FieldError } from '../intake/body-value.ts';

/** `exchangeOrderId` is null where the order never arrived. */
export type SettleRequest = { exchangeOrderId: string | null; by: string };

const text = z.string().trim().min(1).max(200);
const body = z.strictObject({
  order_id: text.optional(),
  never_arrived: z.literal(true).optional(),
  by: text.optional(),
});
const exactlyOne = 'takes exactly one of {"order_id":"…"} and {"never_arrived":true}, and "by" beside';

/** What a person says became of an order, or every fault of the body. */
export function readSettleRequest(json: string): { request: SettleRequest } | { errors: FieldError[] } {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { errors: [{ path: 'body', message: `is not JSON; it ${exactlyOne}` }] };
  }
  const { data } = body.safeParse(value);
  if (data === undefined || (data.order_id === undefined) === (data.never_arrived === undefined)) {
    return { errors: [{ path: 'body', message: exactlyOne }] };
  }
  return { request: { exchangeOrderId: data.order_id ?? null, by: data.by ?? 'an administrator' } };
}

import type { z } from 'zod';
import { ExchangeError } from '../exchange.ts';

/** Reads an answer by its documented shape, or throws the {@link ExchangeError} that says which `what` is not in it. */
export function readShape<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw notInShape(what);
  return parsed.data;
}

/** All or nothing: an order dropped from a list would read as a free slot, an execution as one that never was. */
export function readList<T>(data: unknown, map: (element: unknown) => T | undefined, what: string): T[] {
  const list = Array.isArray(data) ? data.map(map) : [undefined];
  if (list.includes(undefined)) throw notInShape(what);
  return list.filter((element) => element !== undefined);
}

export function notInShape(what: string): ExchangeError {
  const message = `the exchange's ${what} not in the documented shape; check the endpoint`;
  return new ExchangeError({ type: 'unknown', action: 'retry', code: null, message, retryAfterMs: null });
}

import { z } from 'zod';
import type { CallEnd } from '../ccxt/ccxt-client.ts';
import type { Failure } from '../exchange.ts';
import type { RateLimit, RateUsage } from '../rate-limits.ts';

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const header = /^x-mbx-(used-weight|order-count)-(\d+)([smhd])$/;
const TOO_MANY_ORDERS = '-1015';

/** The exchange's counts in the headers of an answer; null when there was no answer. */
export function readUsage(end: CallEnd, failure: Failure | null, sentAt: number, receivedAt: number): RateUsage | null {
  if (end.http?.stage !== 'answered') return null;
  const counts: RateUsage['counts'] = [];
  for (const [name, value] of Object.entries(end.http.headers)) {
    const [, what, number, unit] = header.exec(name) ?? [];
    if (what === undefined || !/^\d+$/.test(value)) continue;
    const kind = what === 'order-count' ? 'orders' : 'weight';
    counts.push({ kind, windowMs: Number(number) * unitMs[unit!]!, count: Number(value) });
  }
  const { status } = end.http;
  const limited = status === 429 || status === 418;
  const refused =
    limited && failure !== null
      ? {
          kind: failure.code === TOO_MANY_ORDERS ? ('orders' as const) : ('weight' as const),
          banned: status === 418,
          retryAfterMs: failure.retryAfterMs,
          message: failure.code === null ? failure.message : `${failure.code}: ${failure.message}`,
        }
      : null;
  return { sentAt, receivedAt, counts, refused };
}

const intervalMs: Record<string, number> = { SECOND: 1_000, MINUTE: 60_000, HOUR: 3_600_000, DAY: 86_400_000 };
const stated = z.object({
  rateLimits: z.array(
    z.object({
      rateLimitType: z.string(),
      interval: z.string(),
      intervalNum: z.number().int().positive(),
      limit: z.number().int().positive(),
    }),
  ),
});

/** The limits exchangeInfo states; empty where it states none we know. Raw request counts are beside the point. */
export function mapRateLimits(data: unknown): RateLimit[] {
  const parsed = stated.safeParse(data);
  if (!parsed.success) return [];
  return parsed.data.rateLimits.flatMap(({ rateLimitType, interval, intervalNum, limit }) => {
    const kind = { ORDERS: 'orders', REQUEST_WEIGHT: 'weight' }[rateLimitType] as RateLimit['kind'] | undefined;
    const length = intervalMs[interval];
    return kind === undefined || length === undefined ? [] : [{ kind, windowMs: length * intervalNum, limit }];
  });
}

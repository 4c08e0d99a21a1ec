import type { CallEnd } from '../ccxt/ccxt-client.ts';
import type { FailedCall } from '../classify/failure-row.ts';
import type { Failure } from '../exchange.ts';
import type { RateUsage } from '../rate-limits.ts';

/** After "access too frequent" an address has to stay away for ten minutes. */
const SHUT_OUT_MS = 10 * 60_000;
const SECOND = 1_000;

/**
 * The exchange's count of an account's orders, in the headers of a placement's answer: every kind of call has a count of
 * its own there. Requests per address are not counted for us; beyond them it answers 403. Null when there was no answer.
 */
export function readUsage(
  end: CallEnd,
  failure: Failure | null,
  sentAt: number,
  receivedAt: number,
  call: FailedCall,
): RateUsage | null {
  if (end.http?.stage !== 'answered') return null;
  const { status, headers } = end.http;
  const [limit, left] = [numberOf(headers['x-bapi-limit']), numberOf(headers['x-bapi-limit-status'])];
  const counted = call === 'place' && limit !== null && left !== null;
  const counts: RateUsage['counts'] = counted ? [{ kind: 'orders', windowMs: SECOND, count: limit - left }] : [];
  if (failure?.type !== 'rate_limit') return { sentAt, receivedAt, counts, refused: null };

  const shutOut = status === 403;
  const opensAt = numberOf(headers['x-bapi-limit-reset-timestamp']);
  // Its clock, not ours: a second at most, whatever the difference.
  const untilOpen = opensAt === null ? SECOND : Math.min(SECOND, Math.max(0, opensAt - receivedAt));
  return {
    sentAt,
    receivedAt,
    counts,
    refused: {
      kind: shutOut || call === 'read' || call === 'find' ? 'weight' : 'orders',
      banned: shutOut,
      retryAfterMs: failure.retryAfterMs ?? (shutOut ? SHUT_OUT_MS : untilOpen),
      message: failure.code === null ? failure.message : `${failure.code}: ${failure.message}`,
    },
  };
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

const firstMs = 1_000;
const maxMs = 60_000;

/**
 * How long to wait before the next try, in milliseconds: 1 s doubled per failure up to 60 s, of which the upper half is
 * random, so that orders refused together do not come back together. `Retry-After` is a lower bound and is obeyed even
 * beyond 60 s (a ban lasts minutes); up to a tenth more is added to it for the same reason.
 *
 * @param failures failures so far, this one included (1 or more)
 * @param random in [0, 1), passed in so that the decision stays pure
 */
export function retryDelay(failures: number, random: number, retryAfterMs: number | null): number {
  // 2^6 s is past the maximum already; a larger exponent would only overflow.
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 6));
  const backoff = full / 2 + (full / 2) * random;
  if (retryAfterMs === null) return Math.round(backoff);
  return Math.round(Math.max(backoff, retryAfterMs + (retryAfterMs / 10) * random));
}

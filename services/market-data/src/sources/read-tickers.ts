import type { Failure, MarketDataSource, Ticker } from '@sluice/exchange';

/** How long one attempt may take, and how many there are in a run, see {@link readTickers}. */
export const tickersTimeoutMs = 3_000;
export const tickersAttempts = 2;

/**
 * Reads all prices of a venue. The time is part of a promise to others: with a period of 31 s and a start at most 2 s
 * late, two attempts of 3 s replace every price before it is 40 s old, the age at which MARKET sizing refuses it.
 * One attempt of 6 s would waste the run on a single lost packet. Throws what the last attempt threw.
 */
export async function readTickers(
  source: Pick<MarketDataSource, 'tickers'>,
  timeoutMs: number = tickersTimeoutMs,
): Promise<Ticker[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await within(source.tickers(), timeoutMs);
    } catch (error) {
      if (attempt === tickersAttempts || !isWorthAnother(error)) throw error;
    }
  }
}

/** A refusal (a rate limit, a ban) is not answered with the same request again. */
function isWorthAnother(error: unknown): boolean {
  if (error instanceof TimeoutError) return true;
  const failure = (error as { failure?: Failure }).failure;
  return failure?.type === 'network_error';
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The request left behind ends by its own timeout; nothing waits for it. */
async function within<T>(reading: Promise<T>, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new TimeoutError(`no prices within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([reading, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

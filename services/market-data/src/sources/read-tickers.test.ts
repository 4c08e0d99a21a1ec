import { jobCatalogue } from '@sluice/contracts';
import { ExchangeError, type Failure, type Ticker } from '@sluice/exchange';
import { expect, test } from 'vitest';
import { priceMaxAgeMs } from '../markets/freshness.ts';
import { readTickers, tickersAttempts, tickersTimeoutMs } from './read-tickers.ts';

const tickers: Ticker[] = [{ symbol: 'BTC/USDT', last: '96000', at: 1 }];
const never = new Promise<never>(() => {});

/** Each call gives the next answer; an error is thrown. */
function source(...answers: (Promise<Ticker[]> | Failure)[]) {
  const given = {
    calls: 0,
    async tickers() {
      given.calls += 1;
      const answer = answers.shift() ?? never;
      if (answer instanceof Promise) return await answer;
      throw new ExchangeError(answer);
    },
  };
  return given;
}

const lost: Failure = {
  type: 'network_error',
  action: 'retry',
  code: 'ECONNRESET',
  message: 'socket hang up',
  retryAfterMs: null,
};

test('an answer that does not come is asked for once more', async () => {
  const venue = source(never, Promise.resolve(tickers));
  expect(await readTickers(venue, 20)).toEqual(tickers);
  expect(venue.calls).toBe(2);
});

test('a lost connection is tried once more, and its own error tells of the second', async () => {
  const venue = source(lost, lost);
  await expect(readTickers(venue, 20)).rejects.toThrow('ECONNRESET: socket hang up');
  expect(venue.calls).toBe(2);
});

test('two answers that do not come end the run in time', async () => {
  await expect(readTickers(source(), 20)).rejects.toThrow('no prices within 20 ms');
});

test('a rate limit is not answered with a second request', async () => {
  const venue = source({ ...lost, type: 'rate_limit', code: 'http 429' });
  await expect(readTickers(venue, 20)).rejects.toThrow('http 429');
  expect(venue.calls).toBe(1);
});

test('a price is replaced before it is too old for a MARKET order, even by the slowest run that succeeds', () => {
  const job = jobCatalogue.find((entry) => entry.id === 'price_cache')!;
  const latestStartMs = 2_000;
  const slowestReadMs = tickersAttempts * tickersTimeoutMs;
  expect(job.trigger.seconds * 1_000 + latestStartMs + slowestReadMs).toBeLessThan(priceMaxAgeMs);
  // The run is told to end at 9/10 of its bound; the second attempt has to be over by then.
  expect(slowestReadMs).toBeLessThan(job.expireInSeconds * 900);
});

import { expect, test } from 'vitest';
import { retryWhileSlow } from './retry-while-slow.ts';

const failure = (code: string) => Object.assign(new Error(code), { code, severity: 'ERROR' });

test('a read the server gave up for its length is tried again, and no other failure is', async () => {
  let tries = 0;
  const slowOnce = async () => {
    tries += 1;
    if (tries === 1) throw failure('57014');
    return 'read';
  };
  expect(await retryWhileSlow(slowOnce)).toBe('read');
  await expect(retryWhileSlow(() => Promise.reject(failure('42P01')))).rejects.toThrow('42P01');
});

test('a database that stays slow ends the start with its own words', async () => {
  await expect(retryWhileSlow(() => Promise.reject(failure('57014')), 0)).rejects.toThrow('57014');
});

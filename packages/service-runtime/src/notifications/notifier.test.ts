import fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloadsOf } from './notifier.ts';

test('payloads stay under 8000 bytes and hold every id once, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z0-9-]{1,60}$/), { maxLength: 600 }), (ids) => {
      const payloads = payloadsOf(ids);
      expect(payloads.every((payload) => Buffer.byteLength(payload) < 8_000)).toBe(true);
      expect(payloads.flatMap((payload) => payload.split(','))).toEqual(ids);
    }),
    { numRuns: 50 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogStore } from './log-store.ts';

const record = (i: number, line = `line ${i}`) => ({
  timestampNs: BigInt(i),
  line,
  labels: { service_name: 'a' },
  metadata: {},
});

describe('the log store', () => {
  test('keeps the newest that fit its memory, in the order they came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3_000), { maxLength: 400 }), (lengths) => {
        const store = new LogStore({ maxBytes: 100_000 });
        for (const [i, length] of lengths.entries()) store.add(record(i, 'x'.repeat(length)));
        const kept = [...store.records()];
        const bytes = (of: typeof kept) => of.reduce((sum, { line }) => sum + 400 + 2 * (line.length + 13), 0);
        expect(kept.map(({ timestampNs }) => Number(timestampNs))).toEqual(
          lengths.map((_, i) => i).slice(lengths.length - kept.length),
        );
        expect(bytes(kept)).toBeLessThanOrEqual(100_000);
        if (kept.length < lengths.length) {
          expect(bytes(kept) + 400 + 2 * (lengths[lengths.length - kept.length - 1]! + 13)).toBeGreaterThan(100_000);
        }
      }),
    );
  });

  test('does not grow when it is written to for long', () => {
    const store = new LogStore({ maxBytes: 1_000_000 });
    for (let i = 0; i < 50_000; i += 1) store.add(record(i));
    expect([...store.records()].length).toBeLessThan(2_500);
  });

  test('keeps a record that is sent twice once, and two that differ in anything both', () => {
    const store = new LogStore({ maxBytes: 100_000 });
    store.add(record(1));
    store.add(record(1));
    store.add({ ...record(1), metadata: { attempt: '2' } });
    store.add({ ...record(1), labels: { service_name: 'b' } });
    store.add(record(1, 'other'));
    expect([...store.records()]).toHaveLength(4);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogLine } from './log-line.ts';
import { pageSize, readNewest } from './read-newest.ts';

const lineAt = (timestampNs: bigint, message: string): LogLine => ({
  timestampNs,
  level: 'INFO',
  tag: null,
  message,
  file: null,
  line: null,
  service: 's',
});

/** A store that gives pages as Loki does: the newest first, cut anywhere among lines of one instant. */
function storeOf(lines: LogLine[]) {
  const sorted = lines.toSorted((a, b) => Number(b.timestampNs - a.timestampNs));
  const sizes: number[] = [];
  return {
    sizes,
    async page(_query: string, { startNs, endNs, limit }: { startNs: bigint; endNs: bigint; limit: number }) {
      sizes.push(limit);
      return sorted.filter(({ timestampNs: at }) => at >= startNs && at < endNs).slice(0, limit);
    },
  };
}

describe('reading the newest lines in pages', () => {
  test('gives each line once, however many share an instant where a page ends', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 * pageSize }),
        fc.integer({ min: 1, max: 1_500 }),
        fc.integer({ min: 1, max: 5_000 }),
        async (count, perInstant, limit) => {
          const lines = Array.from({ length: count }, (_, i) =>
            lineAt(BigInt(Math.floor(i / perInstant)) + 1n, `line ${i}`),
          );
          const read = await readNewest(storeOf(lines), 'q', { since: 0, until: 1_000, limit });
          expect(read).toHaveLength(Math.min(count, limit));
          expect(new Set(read.map(({ message }) => message)).size).toBe(read.length);
          const oldestRead = read.map(({ timestampNs }) => timestampNs).sort((a, b) => Number(a - b))[0]!;
          const newer = lines.filter(({ timestampNs }) => timestampNs > oldestRead);
          expect(read.filter(({ timestampNs }) => timestampNs > oldestRead)).toHaveLength(newer.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('asks for no more than is wanted', async () => {
    const store = storeOf(Array.from({ length: 500 }, (_, i) => lineAt(BigInt(i), `line ${i}`)));
    expect(await readNewest(store, 'q', { since: 0, until: 1_000, limit: 7 })).toHaveLength(7);
    expect(store.sizes).toEqual([7]);
  });

  test('ends when an instant has more lines than can be asked for', async () => {
    const crowd = Array.from({ length: 5_200 }, (_, i) => lineAt(7n, `line ${i}`));
    const read = await readNewest(storeOf([...crowd, lineAt(3n, 'before')]), 'q', {
      since: 0,
      until: 1_000,
      limit: 5_000,
    });
    expect(read).toHaveLength(5_000);
  });
});

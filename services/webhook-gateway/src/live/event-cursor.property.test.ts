import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance, cursorAt, type EventCursor, isGapOver, withWriters } from './event-cursor.ts';

/** A transaction draws numbers one by one, then commits or is rolled back. */
type Step =
  | { do: 'draw'; who: number }
  | { do: 'commit'; who: number }
  | { do: 'roll back'; who: number }
  | { do: 'look' };

const who = fc.integer({ min: 0, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('draw' as const), who }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('commit' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('roll back' as const), who }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
);

test('whatever the order of commits, every committed number is told once and in rising order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (steps, page) => {
      const world = { next: 1, seen: new Set<number>(), open: new Map<number, number[]>(), begun: 0 };
      const names = new Map<number, string>();
      const told: number[] = [];
      let cursor: EventCursor = cursorAt(0);
      const writers = () => [...world.open.keys()].map((key) => names.get(key)!);
      const look = () => {
        const over = cursor.gap !== null && isGapOver(cursor.gap, writers());
        const read = [...world.seen].filter((id) => id > cursor.at).sort((a, b) => a - b);
        const rows = read.slice(0, page);
        const advanced = advance(cursor, rows, over);
        told.push(...rows.slice(0, advanced.told));
        cursor = advanced.cursor;
        if (cursor.gap !== null && cursor.gap.writers === null) cursor = withWriters(cursor, writers());
      };
      const end = (key: number, commit: boolean) => {
        if (commit) for (const id of world.open.get(key) ?? []) world.seen.add(id);
        world.open.delete(key);
      };
      for (const one of steps) {
        if (one.do === 'look') look();
        else if (one.do === 'draw') {
          if (!world.open.has(one.who)) {
            world.open.set(one.who, []);
            names.set(one.who, `transaction ${world.begun++}`);
          }
          world.open.get(one.who)!.push(world.next++);
        } else end(one.who, one.do === 'commit');
        // Never past an open transaction.
        for (const ids of world.open.values()) for (const id of ids) expect(cursor.at).toBeLessThan(id);
      }
      for (const key of [...world.open.keys()]) end(key, true);
      for (let looks = 0; looks < 2 * world.next + 3; looks += 1) look();
      expect(told).toEqual([...world.seen].sort((a, b) => a - b));
    }),
    { numRuns: 500 },
  );
});

test('what follows on without a gap is told although somebody is writing', () => {
  const { cursor, told } = advance(cursorAt(7), [8, 9], false);
  expect({ at: cursor.at, told, gap: cursor.gap }).toEqual({ at: 9, told: 2, gap: null });
});

test('a gap that nobody will fill is passed once those who were writing are over, whoever began since', () => {
  const first = advance(cursorAt(7), [8, 10, 11], false);
  expect(first.told).toBe(1);
  const waiting = withWriters(first.cursor, ['4/17']);
  expect(isGapOver(waiting.gap!, ['4/17', '5/2'])).toBe(false);
  expect(isGapOver(waiting.gap!, ['4/18', '5/2'])).toBe(true);
  // 13 was drawn since; what is missing before it may still come.
  const second = advance(waiting, [10, 11, 13], true);
  expect(second.told).toBe(2);
  expect(second.cursor).toEqual({ at: 11, gap: { upTo: 13, writers: null } });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseIncidents, heldUntil, type IncidentTold, type Waiting } from './choose-incidents.ts';

const T = 1_700_000_000_000;
const waiting = (id: number, incident: string, storedAt = T): Waiting => ({ id: String(id), incident, storedAt });
const idsOf = (choice: ReturnType<typeof chooseIncidents>) =>
  choice.kind === 'tell' ? choice.incidents.map(({ ids }) => ids) : choice.kind;

describe('what a chat is told next', () => {
  test('waits a moment, so that the failures of one alert are told as one', () => {
    const burst = [waiting(1, 'a'), waiting(2, 'a', T + 100), waiting(3, 'a', T + 200)];
    expect(chooseIncidents(burst, new Map(), T + 200)).toEqual({ kind: 'wait', until: T + 400 });
    expect(idsOf(chooseIncidents(burst, new Map(), T + 400))).toEqual([['1', '2', '3']]);
  });

  test('is the incident whose oldest message came first', () => {
    expect(idsOf(chooseIncidents([waiting(1, 'b'), waiting(2, 'a'), waiting(3, 'b')], new Map(), T + 1_000))).toEqual([
      ['1', '3'],
    ]);
  });

  test('is everything at once when much has gathered, as after an hour without Telegram', () => {
    const much = Array.from({ length: 300 }, (_, at) => waiting(at, `incident ${at % 40}`));
    const choice = chooseIncidents(much, new Map(), T + 3_600_000);
    expect(choice.kind === 'tell' && choice.incidents.length).toBe(40);
    expect(idsOf(choice)).toHaveLength(40);
  });

  test('holds repeats back and says when the incident was told last', () => {
    const told = new Map([['a', { firstAt: T, lastAt: T }]]);
    expect(chooseIncidents([waiting(2, 'a', T + 1_000)], told, T + 2_000)).toEqual({ kind: 'wait', until: T + 30_000 });
    const choice = chooseIncidents([waiting(2, 'a', T + 1_000), waiting(3, 'a', T + 9_000)], told, T + 30_000);
    expect(choice).toEqual({ kind: 'tell', incidents: [{ incident: 'a', ids: ['2', '3'], toldAt: T }] });
  });

  test('is news again when the incident has been quiet for an hour', () => {
    const told = new Map([['a', { firstAt: T, lastAt: T }]]);
    const later = T + 3_700_000;
    expect(chooseIncidents([waiting(2, 'a', later)], told, later + 400)).toEqual({
      kind: 'tell',
      incidents: [{ incident: 'a', ids: ['2'], toldAt: null }],
    });
  });

  test('is nothing where nothing waits', () => {
    expect(chooseIncidents([], new Map(), T)).toEqual({ kind: 'nothing' });
  });
});

test('a burst that goes on is told less and less often, every ten minutes at the least', () => {
  const after = (minutes: number): IncidentTold => ({ firstAt: T, lastAt: T + minutes * 60_000 });
  const holds = [0, 1, 5, 30].map((minutes) => (heldUntil(after(minutes)) - after(minutes).lastAt) / 60_000);
  expect(holds).toEqual([0.5, 1, 5, 10]);
});

test('whatever comes, every message is told once, in its incident in order, and a storm stays a handful of posts', () => {
  const arrivals = fc.array(
    fc.record({ incident: fc.constantFrom('a', 'b', 'c', 'd', 'e'), gapMs: fc.integer({ min: 0, max: 20_000 }) }),
    { minLength: 1, maxLength: 120 },
  );
  fc.assert(
    fc.property(arrivals, (events) => {
      let now = T;
      const all = events.map(({ incident, gapMs }, at) => {
        now += gapMs;
        return waiting(at, incident, now);
      });
      const told = new Map<string, IncidentTold>();
      const posts: string[][] = [];
      const left = new Set(all);
      for (let at = T; left.size > 0; at += 500) {
        const choice = chooseIncidents(
          [...left].filter(({ storedAt }) => storedAt <= at),
          told,
          at,
        );
        if (choice.kind !== 'tell') continue;
        for (const { incident, ids, toldAt } of choice.incidents) {
          posts.push(ids);
          told.set(incident, { firstAt: toldAt === null ? at : told.get(incident)!.firstAt, lastAt: at });
          for (const one of [...left]) if (ids.includes(one.id)) left.delete(one);
        }
      }
      expect(posts.flat().toSorted((a, b) => Number(a) - Number(b))).toEqual(all.map(({ id }) => id));
      const incidentOf = (id: string) => all[Number(id)]!.incident;
      for (const incident of new Set(all.map((one) => one.incident))) {
        const ids = posts.filter(([first]) => incidentOf(first!) === incident).flat();
        expect(ids).toEqual(ids.toSorted((a, b) => Number(a) - Number(b)));
        const lasted = all.at(-1)!.storedAt - T;
        // 30 s, then as long as it has lasted: the number of posts grows with the logarithm of the time.
        const most = 3 + Math.log2(1 + lasted / 30_000) + lasted / 600_000;
        expect(posts.filter(([first]) => incidentOf(first!) === incident).length).toBeLessThanOrEqual(most);
      }
    }),
    { numRuns: 40 },
  );
});

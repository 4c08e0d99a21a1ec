import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { krxCalendar } from './krx-calendar.ts';

const calendar = krxCalendar();
const seoul = (text: string) => Date.parse(`${text}:00+09:00`);
const shown = (instant: number) => new Date(instant + 9 * 3_600_000).toISOString().slice(0, 16);
const stateAt = (text: string) => {
  const state = calendar.at(seoul(text));
  return state.open ? `open until ${shown(state.closesAt)}` : `opens ${shown(state.opensAt)}`;
};

describe('the sessions of the Korea Exchange', () => {
  it('run from 09:00 to 15:30 in Korean time, the close not included', () => {
    expect(stateAt('2026-11-20T08:59')).toBe('opens 2026-11-20T09:00');
    expect(stateAt('2026-11-20T09:00')).toBe('open until 2026-11-20T15:30');
    expect(stateAt('2026-11-20T15:29')).toBe('open until 2026-11-20T15:30');
    expect(calendar.at(seoul('2026-11-20T15:30') - 1)).toMatchObject({ open: true });
  });

  it('do not take place at weekends: after the close of a Friday the next opens on Monday', () => {
    expect(stateAt('2026-11-20T15:30')).toBe('opens 2026-11-23T09:00');
    expect(stateAt('2026-11-22T12:00')).toBe('opens 2026-11-23T09:00');
  });

  it.each([
    ['2026-02-13T16:00', '2026-02-19T09:00', 'Lunar New Year'],
    ['2026-05-22T16:00', '2026-05-26T09:00', "the day given for Buddha's Birthday"],
    ['2026-06-02T16:00', '2026-06-04T09:00', 'local elections'],
    ['2026-09-23T16:00', '2026-09-28T09:00', 'Chuseok'],
    ['2027-02-05T16:00', '2027-02-10T09:00', 'Lunar New Year with the day given for a Sunday'],
    ['2027-09-13T16:00', '2027-09-17T09:00', 'Chuseok'],
    ['2028-04-28T16:00', '2028-05-02T09:00', 'Labour Day, of a year whose list is not known'],
    ['2028-07-14T16:00', '2028-07-18T09:00', 'Constitution Day, of a year whose list is not known'],
  ])('after %s the next opens %s: %s', (after, opens) => expect(stateAt(after)).toBe(`opens ${opens}`));

  it('end the year before its last weekday and begin the next one at 10:00', () => {
    expect(stateAt('2026-12-30T16:00')).toBe('opens 2027-01-04T10:00');
    expect(stateAt('2028-12-28T16:00')).toBe('opens 2029-01-02T10:00');
  });

  it('move by an hour on the day of the university entrance examination', () => {
    expect(stateAt('2026-11-19T09:30')).toBe('opens 2026-11-19T10:00');
    expect(stateAt('2026-11-19T16:00')).toBe('open until 2026-11-19T16:30');
  });

  it('follow what a person adds: a further holiday, a listed one that is none, and other hours', () => {
    const own = krxCalendar({
      closedDays: ['2026-11-23', '2028-01-27'],
      openDays: ['2026-06-03'],
      specialHours: { '2026-11-24': '10:30-15:30' },
    });
    expect(own.at(seoul('2026-11-23T10:00'))).toEqual({ open: false, opensAt: seoul('2026-11-24T10:30') });
    expect(own.at(seoul('2026-06-03T10:00'))).toMatchObject({ open: true });
    expect([calendar.knownUntil, own.knownUntil]).toEqual(['2027-12-31', '2028-12-31']);
  });

  it('an order that is sent in a session lives until that session closes', () => {
    expect(shown(calendar.closeAfter(seoul('2026-11-20T15:29')))).toBe('2026-11-20T15:30');
    // A clock that is a little ahead must not make the order one of the day before.
    expect(shown(calendar.closeAfter(seoul('2026-11-20T08:59')))).toBe('2026-11-20T15:30');
  });

  it('whatever the instant: the answer lies ahead, and at the opening it tells it is open', () => {
    fc.assert(
      fc.property(fc.integer({ min: seoul('2026-01-01T00:00'), max: seoul('2029-01-01T00:00') }), (instant) => {
        const state = calendar.at(instant);
        if (state.open) {
          expect(state.closesAt).toBeGreaterThan(instant);
          expect(state.closesAt).toBe(calendar.closeAfter(instant));
          expect(calendar.at(state.closesAt)).toMatchObject({ open: false });
          return;
        }
        expect(state.opensAt).toBeGreaterThan(instant);
        expect(calendar.at(state.opensAt)).toMatchObject({ open: true });
        expect(calendar.at(state.opensAt - 1)).toEqual(state);
      }),
      { numRuns: 300 },
    );
  });
});

import { krxCalendar, type OrderReport } from '@sluice/exchange';
import { describe, expect, test } from 'vitest';
import { AFTER_CLOSE_MS, bySession, hasSessionEnded } from './session-end.ts';

const calendar = krxCalendar();
const seoul = (text: string) => Date.parse(`${text}+09:00`);
const sentAt = seoul('2026-11-20T10:00:00');
const close = seoul('2026-11-20T15:30:00');
const report = (status: OrderReport['status']) => ({ status, executed: '3' }) as OrderReport;
const seen = (status: OrderReport['status'], askedAt: number, of: typeof calendar | null = calendar) =>
  bySession(report(status), { calendar: of, sentAt, askedAt }).status;

describe('an order of the day', () => {
  test('is on no book any more ten minutes after the close, for the rest of the night and on the days after', () => {
    expect(hasSessionEnded(calendar, sentAt, close + AFTER_CLOSE_MS - 1)).toBe(false);
    expect(hasSessionEnded(calendar, sentAt, close + AFTER_CLOSE_MS)).toBe(true);
    expect(hasSessionEnded(calendar, sentAt, seoul('2026-11-23T11:00:00'))).toBe(true);
  });

  test('that was sent before its session by a clock a little ahead has that session before it', () => {
    expect(hasSessionEnded(calendar, seoul('2026-11-20T08:59:59'), seoul('2026-11-20T12:00:00'))).toBe(false);
  });

  test('counts as expired when the list still shows it, by a look that was made after the close and not by an older one', () => {
    expect(seen('open', close + AFTER_CLOSE_MS)).toBe('expired');
    expect(seen('triggered', close + AFTER_CLOSE_MS)).toBe('expired');
    expect(seen('open', close + AFTER_CLOSE_MS - 1)).toBe('open');
    expect(seen('filled', close + AFTER_CLOSE_MS)).toBe('filled');
    expect(seen('cancelled', close + AFTER_CLOSE_MS)).toBe('cancelled');
  });

  test('is judged by the venue alone where that is always open', () => {
    expect(hasSessionEnded(null, sentAt, seoul('2027-01-01T00:00:00'))).toBe(false);
    expect(seen('open', seoul('2027-01-01T00:00:00'), null)).toBe('open');
  });
});

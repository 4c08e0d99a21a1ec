import type { OrderReport, SessionCalendar } from '@sluice/exchange';

/** The closing auction executes at the close or a little after it, and the lists follow. */
export const AFTER_CLOSE_MS = 600_000;

/** Whether the session an order was sent in is over, so that it is on no book any more and its executions are told. */
export function hasSessionEnded(calendar: SessionCalendar | null, sentAt: number | null, now: number): boolean {
  return calendar !== null && sentAt !== null && now >= calendar.closeAfter(sentAt) + AFTER_CLOSE_MS;
}

/**
 * What a look-up says, seen by the clock: an order lives for one session, and the venue goes on listing what it left of
 * it. Judged by when it was asked, since an older answer may lack the last executions.
 */
export function bySession(
  report: OrderReport,
  of: { calendar: SessionCalendar | null; sentAt: number | null; askedAt: number },
): OrderReport {
  const rests = report.status === 'open' || report.status === 'triggered';
  if (!rests || !hasSessionEnded(of.calendar, of.sentAt, of.askedAt)) return report;
  return { ...report, status: 'expired', reason: `${of.calendar?.name} has closed` };
}

import { isoInZone } from '@sluice/contracts';
import type { SessionCalendar } from '@sluice/exchange';

/** Why nothing is sent outside the hours of an exchange, with the time in its own zone. */
export function closedText(calendar: SessionCalendar, opensAt: number): string {
  return `${calendar.name} is closed; it opens at ${isoInZone(new Date(opensAt), calendar.timeZone).slice(0, 16).replace('T', ' ')} (${calendar.timeZone})`;
}

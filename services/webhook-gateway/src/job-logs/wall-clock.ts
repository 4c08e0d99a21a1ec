export type WallClock = {
  /** `2025-10-23 14:08:29`, as a clock on a wall of the zone shows it. */
  show(epochMs: number): string;
  /**
   * The instant a text means, in ms since the epoch, or null: `2025-10-23 14:08:29` or `2025-10-23` in the zone,
   * ISO 8601 with a zone of its own, or `15m` for so long before `now` (s, m, h, d).
   */
  read(text: string, now: number): number | null;
};

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const ago = /^(\d{1,6})([smhd])$/;
/** In a query a plus that was not escaped arrives as a space. */
const moment = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?(?:(Z)|([+ -]\d{2}):?(\d{2}))?)?$/;

/** Reads and writes times of `zone`, an IANA name. */
export function wallClock(zone: string): WallClock {
  // Swedish writes a date as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  const show = (epochMs: number): string => format.format(epochMs);

  const offsetAt = (epochMs: number): number => {
    const seconds = Math.floor(epochMs / 1_000) * 1_000;
    return Date.parse(`${show(seconds).replace(' ', 'T')}Z`) - seconds;
  };
  const fromZone = (asUtc: number): number => {
    const near = asUtc - offsetAt(asUtc);
    // Asked again: around a change of the clock the first offset may be that of the other side.
    return asUtc - offsetAt(near);
  };

  return {
    show,
    read(text, now) {
      const [, amount, unit] = ago.exec(text) ?? [];
      if (amount !== undefined) return now - Number(amount) * unitMs[unit as keyof typeof unitMs];
      const [, date, minutes = '00:00', seconds = ':00', utc, hours, offsetMinutes] = moment.exec(text) ?? [];
      if (date === undefined) return null;
      const asUtc = Date.parse(`${date}T${minutes}${seconds}Z`);
      // The 30th of February is read as the 2nd of March.
      if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(date)) return null;
      if (utc !== undefined) return asUtc;
      if (hours === undefined) return fromZone(asUtc);
      const sign = hours.startsWith('-') ? -1 : 1;
      return asUtc - sign * (Number(hours.slice(1)) * 60 + Number(offsetMinutes)) * 60_000;
    },
  };
}

/** Zone rules change on quarter hours only, so one look-up serves every line of the same 15 minutes. */
const QUARTER_HOUR_MS = 15 * 60_000;

export type ZonedTime = {
  /** `2025-10-23 14:30:45,123` */
  console(epochMs: number): string;
  /** `2025-10-23T14:30:45.123+09:00` */
  iso(epochMs: number): string;
};

/**
 * Writes moments as wall-clock time of `zone` (an IANA name), whatever TZ the process runs in. Throws RangeError for
 * a zone that does not exist.
 */
export function zonedTime(zone: string): ZonedTime {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  let quarter = Number.NaN;
  let offsetMs = 0;
  let offsetText = '+00:00';

  const shifted = (epochMs: number): string => {
    const at = Math.floor(epochMs / QUARTER_HOUR_MS);
    if (at !== quarter) {
      const name = parts.formatToParts(epochMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
      offsetText = name === 'GMT' ? '+00:00' : name.slice(3);
      const [hours = 0, minutes = 0] = offsetText.slice(1).split(':').map(Number);
      offsetMs = (offsetText.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
      quarter = at;
    }
    return new Date(epochMs + offsetMs).toISOString();
  };

  return {
    console: (epochMs) => {
      const iso = shifted(epochMs);
      return `${iso.slice(0, 10)} ${iso.slice(11, 19)},${iso.slice(20, 23)}`;
    },
    iso: (epochMs) => `${shifted(epochMs).slice(0, 23)}${offsetText}`,
  };
}

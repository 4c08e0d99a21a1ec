/**
 * How columns are read: int8 as a number, numeric as its text (money never becomes a float), timestamptz as a Date,
 * date as `2025-10-23` (a Date would have to invent a time zone), json parsed.
 */
export const columnTypes = {
  int8: { to: 20, from: [20], serialize: (value: number | bigint) => String(value), parse: readInt8 },
  date: {
    to: 1184,
    from: [1114, 1184],
    serialize: (value: Date | string) => (value instanceof Date ? value : new Date(value)).toISOString(),
    parse: (text: string) => new Date(text),
  },
  day: { to: 1082, from: [1082], serialize: (value: string) => value, parse: (text: string) => text },
};

/** Ids and sequence numbers count in ones, so they stay below 2^53 for good; what does not would be silently wrong. */
function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`the int8 value ${text} is beyond 2^53: select it as ::text`);
  }
  return value;
}

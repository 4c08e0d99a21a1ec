/**
 * How far a source of numbered events can be told. A number is drawn when an event is written and can be seen at the
 * commit, so a lower one may turn up after a higher one; and where a transaction was rolled back it never turns up.
 * What follows on without a gap is told at once. At a gap, whoever is writing then is waited for: once all of those are
 * over, nothing below the highest number seen by then turns up any more.
 */
export type EventCursor = {
  /** Every event up to this number has been told, and no other will turn up. */
  readonly at: number;
  readonly gap: Gap | null;
};

type Gap = {
  /** The highest number that was seen behind the gap. */
  readonly upTo: number;
  /** Who was writing after it was seen; null while nobody has asked. */
  readonly writers: ReadonlySet<string> | null;
};

export function cursorAt(at: number): EventCursor {
  return { at, gap: null };
}

/** Whether those who were writing when the gap was seen are over; only what is read after this may be settled by it. */
export function isGapOver(gap: Gap, writersNow: Iterable<string>): boolean {
  if (gap.writers === null) return false;
  for (const writer of writersNow) if (gap.writers.has(writer)) return false;
  return true;
}

/** The gap once it is known who is writing; asked after the events behind the gap were seen. */
export function withWriters(cursor: EventCursor, writers: Iterable<string>): EventCursor {
  if (cursor.gap === null) return cursor;
  return { ...cursor, gap: { ...cursor.gap, writers: new Set(writers) } };
}

/**
 * What of the numbers read (those after the cursor, rising) may be told: `told` of them, from the first. `gapOver`:
 * before this read began, the gap's writers were found to be over.
 */
export function advance(
  cursor: EventCursor,
  read: readonly number[],
  gapOver: boolean,
): { cursor: EventCursor; told: number } {
  let { at } = cursor;
  let told = 0;
  const settledTo = gapOver && cursor.gap !== null ? cursor.gap.upTo : 0;
  for (const id of read) {
    if (id !== at + 1 && id > settledTo) break;
    at = id;
    told += 1;
  }
  const last = read.at(-1);
  if (last === undefined || told === read.length) {
    // A gap that reaches further than what was read of it is still one.
    const open = cursor.gap !== null && cursor.gap.upTo > at ? cursor.gap : null;
    return { cursor: { at, gap: open }, told };
  }
  // The one that is waited for stays: waiting for a later one would never end in a busy hour.
  const gap = cursor.gap !== null && cursor.gap.upTo > at ? cursor.gap : { upTo: last, writers: null };
  return { cursor: { at, gap }, told };
}

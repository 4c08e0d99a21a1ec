/** How far a listener has heard: the last number of each source. */
export type Position = { readonly orders: number; readonly jobs: number };

export function furthest(a: Position, b: Position): Position {
  return { orders: Math.max(a.orders, b.orders), jobs: Math.max(a.jobs, b.jobs) };
}

/**
 * The id of an event: the position it leaves a listener at, and the second it was sent at. By the time it is known
 * whether anything after it may have been deleted since, also where nothing of it is stored any more.
 */
export function positionText({ orders, jobs }: Position, now: number): string {
  return `${orders}-${jobs}-${Math.floor(now / 1_000)}`;
}

const idFormat = /^(\d{1,15})-(\d{1,15})-(\d{1,11})$/;

/** The position of a Last-Event-ID and when it was sent (ms), or null where it is none of ours. */
export function readPosition(text: string): { position: Position; sentAt: number } | null {
  const match = idFormat.exec(text.trim());
  if (match === null) return null;
  const [orders, jobs, seconds] = match.slice(1).map(Number) as [number, number, number];
  return { position: { orders, jobs }, sentAt: seconds * 1_000 };
}

/** Why a listener cannot go on from what it heard last, or null. `ends` is the highest number of each source. */
export function reasonAgainst(
  sent: ReturnType<typeof readPosition>,
  ends: Position,
  keptDays: number,
  now: number,
): string | null {
  if (sent === null) return 'the Last-Event-ID is not an id of this stream';
  if (now - sent.sentAt > keptDays * 86_400_000) {
    return `the Last-Event-ID is older than the ${keptDays} days for which events are kept`;
  }
  const { orders, jobs } = sent.position;
  if (orders > ends.orders || jobs > ends.jobs) {
    return 'the Last-Event-ID is ahead of what is stored: the database was restored, or is another one';
  }
  return null;
}

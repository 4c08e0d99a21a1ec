/** A message that no post has taken up yet; times in ms since the epoch. */
export type Waiting = { id: string; incident: string; storedAt: number };

/** When a chat was told of an incident for the first and the last time. */
export type IncidentTold = { firstAt: number; lastAt: number };

/** One alert's failures come within moments of each other and are told as one. */
const GATHER_MS = 400;
/** An incident that has been quiet for so long is over; the next message of it is news. */
const QUIET_MS = 3_600_000;
/** Repeats wait at least and at most so long; in between as long as the incident has lasted. */
const LEAST_HOLD_MS = 30_000;
const LONGEST_HOLD_MS = 600_000;
/** With more incidents than this to tell, as after an hour without Telegram, they go into one message. */
const SINGLE_INCIDENTS = 3;
/** What one post takes up at most; the others are told by the next. */
const MOST_MESSAGES = 500;

/** Of which incident a chat is told next, by the ids of its messages; a chat with much to hear is told several at once. */
export type Choice =
  | { kind: 'tell'; incidents: { incident: string; ids: string[]; toldAt: number | null }[] }
  | { kind: 'wait'; until: number }
  | { kind: 'nothing' };

/** Until when repeats of an incident wait; a burst that goes on is told less and less often. */
export function heldUntil({ firstAt, lastAt }: IncidentTold): number {
  return lastAt + Math.min(Math.max(lastAt - firstAt, LEAST_HOLD_MS), LONGEST_HOLD_MS);
}

/** Pure. `waiting` is one chat's, oldest first. Within an incident the order is kept, and of incidents that of their oldest message. */
export function chooseIncidents(
  waiting: readonly Waiting[],
  told: ReadonlyMap<string, IncidentTold>,
  now: number,
): Choice {
  const groups = Map.groupBy(waiting.slice(0, MOST_MESSAGES), ({ incident }) => incident);
  const readyAt = (incident: string, oldest: Waiting): number => {
    const before = told.get(incident);
    return before === undefined || now - before.lastAt > QUIET_MS ? oldest.storedAt + GATHER_MS : heldUntil(before);
  };
  const all = [...groups].map(([incident, messages]) => {
    const before = told.get(incident);
    return {
      incident,
      ids: messages.map(({ id }) => id),
      toldAt: before !== undefined && now - before.lastAt <= QUIET_MS ? before.lastAt : null,
      readyAt: readyAt(incident, messages[0]!),
    };
  });
  const ready = all.filter((group) => group.readyAt <= now);
  if (ready.length > 0) {
    const incidents = ready.length > SINGLE_INCIDENTS ? ready : ready.slice(0, 1);
    return { kind: 'tell', incidents: incidents.map(({ readyAt: _, ...incident }) => incident) };
  }
  return all.length === 0
    ? { kind: 'nothing' }
    : { kind: 'wait', until: Math.min(...all.map((group) => group.readyAt)) };
}

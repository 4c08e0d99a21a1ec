import { type JobSchedule, slotAt, slotsAfter } from '@sluice/contracts';

/** A tick that leaves a millisecond early falls in the slot before, so it is aimed this long after the boundary. */
const AIM_MS = 15;
/** setTimeout cannot wait longer, and a clock that is set is noticed within a minute. */
const LONGEST_WAIT_MS = 60_000;

export type JobTicker = { stop(): void };

/** Calls `send` with the slot, shortly after each slot of the schedule on the clock `now`. */
export function startTicker(options: {
  schedule: JobSchedule;
  now: () => number;
  send: (slot: Date) => void;
}): JobTicker {
  const { schedule, now, send } = options;
  let timer: NodeJS.Timeout;
  let last = slotAt(schedule, now() - AIM_MS).getTime();

  const arm = (): void => {
    const [next] = slotsAfter(schedule, now() - AIM_MS, 1);
    // The clock goes on between its two readings.
    const wait = Math.max(0, next!.getTime() + AIM_MS - now());
    timer = setTimeout(wake, Math.min(wait, LONGEST_WAIT_MS));
  };
  const wake = (): void => {
    const slot = slotAt(schedule, now());
    // Woken early, or for the long wait alone: nothing is due.
    if (slot.getTime() !== last && now() - slot.getTime() >= AIM_MS - 5) {
      last = slot.getTime();
      send(slot);
    }
    arm();
  };
  arm();
  return { stop: () => clearTimeout(timer) };
}

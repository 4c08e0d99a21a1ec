import { slotAt, untilNextTick } from './triggers.ts';

/** A tick that leaves a millisecond early falls in the slot before, so it is aimed this long after the boundary. */
const AIM_MS = 15;
/** setTimeout cannot wait longer, and a clock that is set is noticed within a minute. */
const LONGEST_WAIT_MS = 60_000;

export type JobTicker = { stop(): void };

/** Calls `send` with the slot, shortly after each multiple of `seconds` on the clock `now`. */
export function startTicker(options: { seconds: number; now: () => number; send: (slot: Date) => void }): JobTicker {
  const { seconds, now, send } = options;
  let timer: NodeJS.Timeout;
  let last = slotAt(now() - AIM_MS, seconds).getTime();

  const arm = (): void => {
    timer = setTimeout(wake, Math.min(untilNextTick(now(), seconds, AIM_MS), LONGEST_WAIT_MS));
  };
  const wake = (): void => {
    const slot = slotAt(now(), seconds);
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

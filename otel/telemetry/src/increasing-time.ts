import type { HrTime } from '@opentelemetry/api';

/** A clock that is set back by no more is held; one that is set back further is followed. */
const HELD_SECONDS = 1;

/**
 * Makes the times of a process's records strictly increasing. The SDK stamps whole milliseconds, and lines of the same
 * one, of which a plan writes dozens, come out of Loki in any order; here each is a nanosecond after the one before. A
 * clock set back by two seconds or more is followed all the same: times held for that long would lie in the future, where
 * nobody looks for the newest lines.
 */
export function increasingTime(): (time: HrTime) => HrTime {
  let seconds = 0;
  let nanos = 0;
  return (time) => {
    const behind = seconds - time[0];
    const isLater = behind < 0 || (behind === 0 && time[1] > nanos);
    if (isLater || behind > HELD_SECONDS) {
      seconds = time[0];
      nanos = time[1];
      return time;
    }
    nanos += 1;
    if (nanos === 1e9) {
      seconds += 1;
      nanos = 0;
    }
    return [seconds, nanos];
  };
}

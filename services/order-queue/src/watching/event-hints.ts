import { channels } from '@sluice/contracts';
import type { Notifier } from '@sluice/service-runtime';

/** A busy queue commits hundreds of times a second; whoever follows events needs to look twenty times. */
const BETWEEN_HINTS_MS = 50;

/** Tells whoever follows events live that there are new ones: at once, then at most every 50 ms. */
export function createEventHints(notifier: Notifier): { hint(): void; stop(): void } {
  let resting: NodeJS.Timeout | undefined;
  let more = false;
  const send = (): void => {
    more = false;
    notifier.notify(channels.liveEvents);
    resting = setTimeout(() => {
      resting = undefined;
      if (more) send();
    }, BETWEEN_HINTS_MS);
  };
  return {
    hint() {
      if (resting === undefined) send();
      else more = true;
    },
    stop() {
      clearTimeout(resting);
    },
  };
}

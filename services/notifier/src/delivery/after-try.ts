import type { Outcome } from './telegram-outcome.ts';

export type Tried = {
  /** Tries that failed before while Telegram served others. */
  tries: number;
  plain: boolean;
  /** Telegram serves nobody at present: that is not this message's fault. */
  away: boolean;
  /** Since its first try. */
  triedForMs: number;
};

/** What becomes of a post after a part of it was tried. */
export type AfterTry =
  | { kind: 'confirmed' }
  | { kind: 'again'; inMs: number; tries: number; plain: boolean; error: string }
  | { kind: 'dead'; error: string };

/** About two hours of tries while others are served. */
const MOST_TRIES = 20;
/**
 * Where one chat alone is written to, an error of Telegram's that only this chat meets looks like an outage. A day ends
 * both: what has not gone by then is read and sent again by a person, and what waits behind it has its own turn.
 */
const LONGEST_TRIED_MS = 24 * 3_600_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 600_000;

/** Pure. */
export function afterTry(outcome: Outcome, { tries, plain, away, triedForMs }: Tried): AfterTry {
  switch (outcome.kind) {
    case 'delivered':
      return { kind: 'confirmed' };
    case 'slow_down':
      return { kind: 'again', inMs: outcome.seconds * 1_000, tries, plain, error: `429, wait ${outcome.seconds} s` };
    case 'token_refused':
      return { kind: 'again', inMs: FIRST_DELAY_MS, tries, plain, error: outcome.reason };
    case 'format_refused':
      if (plain)
        return { kind: 'dead', error: `${outcome.reason}: Telegram does not take this message: see its reason` };
      return { kind: 'again', inMs: 0, tries, plain: true, error: outcome.reason };
    case 'refused':
      return { kind: 'dead', error: `${outcome.reason}: ${outcome.advice}` };
    case 'away': {
      if (triedForMs >= LONGEST_TRIED_MS) {
        return {
          kind: 'dead',
          error: `${outcome.reason}: tried for a day; resend it once Telegram takes messages for this chat`,
        };
      }
      // While nobody is served, the pause is that of the look whether Telegram is back.
      if (away) return { kind: 'again', inMs: 0, tries, plain, error: outcome.reason };
      if (tries + 1 >= MOST_TRIES) {
        return {
          kind: 'dead',
          error: `${outcome.reason}: tried ${tries + 1} times while others were served; resend it`,
        };
      }
      const inMs = Math.min(FIRST_DELAY_MS * 2 ** tries, LONGEST_DELAY_MS);
      return { kind: 'again', inMs, tries: tries + 1, plain, error: outcome.reason };
    }
  }
}

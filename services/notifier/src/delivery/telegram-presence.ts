import type { Outcome } from './telegram-outcome.ts';

/** So many failures in a row, over all chats, are no longer one message's bad luck. */
const FAILURES = 3;
const FIRST_LOOK_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export type Change = 'gone' | 'back' | null;

/** Whether Telegram is there, by what became of the messages sent to it. Times in ms. */
export class TelegramPresence {
  #failures = 0;
  #away: boolean;
  #lookAt = 0;

  /** `away`: as the process that spoke before left it. */
  constructor(away: boolean) {
    this.#away = away;
  }

  get away(): boolean {
    return this.#away;
  }

  /** While it is away, one message at a time looks whether it is back; before then none is sent. */
  get lookAt(): number {
    return this.#away ? this.#lookAt : 0;
  }

  /** Takes in an outcome and says what it changed. */
  hear(outcome: Outcome['kind'], now: number): Change {
    if (outcome !== 'away' && outcome !== 'token_refused') {
      const changed = this.#away;
      this.#failures = 0;
      this.#away = false;
      return changed ? 'back' : null;
    }
    this.#failures += 1;
    const past = Math.max(0, this.#failures - FAILURES);
    this.#lookAt = now + Math.min(FIRST_LOOK_MS * 2 ** Math.min(past, 10), LONGEST_PAUSE_MS);
    // A token that is not taken serves nobody, and there is no luck in it.
    if (this.#away || (this.#failures < FAILURES && outcome === 'away')) return null;
    this.#away = true;
    return 'gone';
  }
}

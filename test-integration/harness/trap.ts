import { eventually } from './eventually.ts';

/** Something a gate holds back when it comes by. */
export type Trap = {
  /** Resolves when something has been held; rejects when nothing came by in time. */
  sprung(): Promise<void>;
  /** How often it has been held. */
  readonly held: number;
  /** Lets go what is held, and holds nothing further. */
  release(): void;
};

type Armed<T> = { trap: T; left: number; held: number; release: () => void; released: Promise<void> };

const springsWithinMs = 15_000;

/** The traps of a gate. What matches one is held until that trap is released. */
export class Traps<Seen, T> {
  readonly #matches: (trap: T, seen: Seen) => boolean;
  readonly #armed = new Set<Armed<T>>();

  constructor(matches: (trap: T, seen: Seen) => boolean) {
    this.#matches = matches;
  }

  set(trap: T, times: number): Trap {
    const released = Promise.withResolvers<void>();
    const armed: Armed<T> = {
      trap,
      left: times,
      held: 0,
      released: released.promise,
      release: () => {
        this.#armed.delete(armed);
        released.resolve();
      },
    };
    this.#armed.add(armed);
    return {
      sprung: () =>
        eventually(() => {
          if (armed.held === 0) throw new Error(`nothing came by for the trap ${describe(trap)}`);
        }, springsWithinMs),
      get held() {
        return armed.held;
      },
      release: armed.release,
    };
  }

  /** Holds what was seen where a trap waits for it: gives what to wait for. */
  take(seen: Seen): Promise<void> | undefined {
    for (const armed of this.#armed) {
      if (armed.left <= 0 || !this.#matches(armed.trap, seen)) continue;
      armed.left -= 1;
      armed.held += 1;
      return armed.released;
    }
    return undefined;
  }

  releaseAll(): void {
    for (const armed of this.#armed) armed.release();
  }
}

function describe(trap: unknown): string {
  return JSON.stringify(trap, (_, value: unknown) => (value instanceof RegExp ? String(value) : value));
}

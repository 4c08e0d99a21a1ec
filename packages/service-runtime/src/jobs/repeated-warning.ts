/** How long further warnings of one kind are only counted. */
const QUIET_MS = 30_000;

/**
 * Lets the first of a run of like warnings through and then one each 30 s with the number of those between: a database
 * that is away for a minute makes each polling queue fail twice a second. `now` is in milliseconds.
 */
export class RepeatedWarning {
  readonly #seen = new Map<string, { at: number; held: number }>();

  /** How many were held back since the last one let through, or undefined when this one is to be held back too. */
  pass(kind: string, now: number): number | undefined {
    const last = this.#seen.get(kind);
    if (last && now - last.at < QUIET_MS) {
      last.held += 1;
      return undefined;
    }
    this.#seen.set(kind, { at: now, held: 0 });
    return last?.held ?? 0;
  }
}

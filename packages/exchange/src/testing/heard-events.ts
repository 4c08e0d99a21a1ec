type Event = { kind: string };

/** What a stream told its listener, for a test that waits for it. */
export class HeardEvents<Told extends Event> {
  readonly told: Told[] = [];
  readonly #checks: (() => void)[] = [];

  readonly listen = (event: Told): void => {
    this.told.push(event);
    for (const check of this.#checks) check();
  };

  /** Resolves when so many events of a kind have been told. */
  until(kind: Told['kind'], count = 1): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.told.filter((event) => event.kind === kind).length >= count) resolve();
      };
      this.#checks.push(check);
      check();
    });
  }

  kinds(): Told['kind'][] {
    return this.told.map(({ kind }) => kind);
  }

  /** Why connections were lost. */
  reasons(): string[] {
    return this.told.flatMap((event) => ('reason' in event && event.kind === 'lost' ? [String(event.reason)] : []));
  }
}

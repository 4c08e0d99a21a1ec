import type { Logger } from '@sluice/telemetry';

type StopHook = { name: string; fn: () => unknown; deadlineMs: number };

const DEFAULT_DEADLINE_MS = 10_000;

/** What has to happen when a service ends, in the reverse order of its start. */
export class StopHooks {
  readonly #log: Logger;
  readonly #hooks: StopHook[] = [];
  #ran: Promise<boolean> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(name: string, fn: () => unknown, options: { deadlineMs?: number } = {}): void {
    this.#hooks.push({ name, fn, deadlineMs: options.deadlineMs ?? DEFAULT_DEADLINE_MS });
  }

  /** Runs every hook once, however often it is called. True when each ended well and in time. */
  run(): Promise<boolean> {
    this.#ran ??= this.#runAll();
    return this.#ran;
  }

  async #runAll(): Promise<boolean> {
    let clean = true;
    // Read by length: a start that is still under way may add a hook while the earlier ones run.
    for (let hook = this.#hooks.pop(); hook !== undefined; hook = this.#hooks.pop()) {
      clean = (await this.#runOne(hook)) && clean;
    }
    return clean;
  }

  async #runOne({ name, fn, deadlineMs }: StopHook): Promise<boolean> {
    const deadline = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => deadline.resolve('late'), deadlineMs);
    try {
      const outcome = await Promise.race([Promise.resolve().then(fn), deadline.promise]);
      if (outcome !== 'late') return true;
      this.#log.error('stopping %s took longer than %d ms, going on without it', name, deadlineMs);
      return false;
    } catch (error) {
      this.#log.error('stopping %s failed', name, error);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { getLogger, runInContext } from '@sluice/telemetry';
import type { Committed } from '../planning/plan-and-write.ts';
import { carrierOf, type Outcome, subjectOf } from '../sending/outcome.ts';
import { isPassing } from './record-outcomes.ts';

const log = getLogger('recording');

const MAX_PER_TRANSACTION = 200;
const LONGEST_PAUSE_MS = 2_000;
/**
 * More than this waits only while the store is away. What a send has come to is bounded by what was claimed; what polls
 * and the stream saw has no bound, and the next poll says it again in fewer rows.
 */
const MOST_SEEN_WAITING = 5_000;

/**
 * Records the outcomes of one account, one transaction at a time: what arrives while one runs goes with the next, so a
 * burst of answers costs few commits and a single answer waits for nothing.
 */
export class AccountRecorder {
  readonly #record: (outcomes: Outcome[]) => Promise<Committed>;
  readonly #committed: (committed: Committed) => void;
  #waiting: Outcome[] = [];
  #running: Promise<void> | undefined;

  constructor(record: (outcomes: Outcome[]) => Promise<Committed>, committed: (committed: Committed) => void) {
    this.#record = record;
    this.#committed = committed;
  }

  add(outcomes: Outcome[]): void {
    if (outcomes.length === 0) return;
    this.#waiting.push(...outcomes);
    if (this.#waiting.length > MOST_SEEN_WAITING) this.#forgetSeen();
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  #forgetSeen(): void {
    const sent = this.#waiting.filter((outcome) => 'task' in outcome);
    const forgotten = this.#waiting.length - sent.length;
    if (forgotten === 0) return;
    this.#waiting = sent;
    log.warn('%d reports of orders are not kept while the store is away; the next poll reads them anew', forgotten);
  }

  /** Resolves when everything that was added is recorded. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const outcomes = this.#takeOfOneOrigin();
      await runInContext(carrierOf(outcomes[0]!), async () => this.#persist(outcomes));
    }
  }

  /** Outcomes decided under different job tags are recorded apart, so that what is logged meanwhile has the right one. */
  #takeOfOneOrigin(): Outcome[] {
    const origin = carrierOf(this.#waiting[0]!).baggage;
    const taken: Outcome[] = [];
    const rest: Outcome[] = [];
    for (const outcome of this.#waiting) {
      if (taken.length < MAX_PER_TRANSACTION && carrierOf(outcome).baggage === origin) taken.push(outcome);
      else rest.push(outcome);
    }
    this.#waiting = rest;
    return taken;
  }

  async #persist(outcomes: Outcome[]): Promise<void> {
    for (let pause = 50; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        this.#committed(await this.#record(outcomes));
        return;
      } catch (error) {
        if (!isPassing(error)) {
          await this.#persistApart(outcomes, error);
          return;
        }
        log.warn('%d outcomes cannot be recorded yet; trying again in %d ms', outcomes.length, pause, error);
        await sleep(pause);
      }
    }
  }

  /** One outcome that breaks the transaction must not keep the others from being recorded. */
  async #persistApart(outcomes: Outcome[], error: unknown): Promise<void> {
    if (outcomes.length === 1) {
      const subject = subjectOf(outcomes[0]!);
      log.error('the outcome of order %d could not be recorded; it will be looked up', subject.orderId, error);
      return;
    }
    for (const outcome of outcomes) await this.#persist([outcome]);
  }
}

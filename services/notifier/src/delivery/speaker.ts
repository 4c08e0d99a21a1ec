import type { Sql } from '@sluice/service-runtime';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import { holdSpeaker, releaseSpeaker } from '../db/speaker.ts';

const log = getLogger('notifier');

const LEASE_MS = 6_000;
const RENEW_EVERY_MS = 1_000;
/** No call begins so shortly before the lease ends that another process could have begun as well. */
const MARGIN_MS = 1_000;

/** What only one process does: it is started with the lease and stopped without it. */
export type Duty = { start(awaySince: Date | null): Promise<void>; stop(): Promise<void> };

/**
 * Holds the right to speak to Telegram for this process, or waits for it. For a moment after a process has stalled two
 * may speak: a message may then arrive twice, which at-least-once allows.
 */
export class Speaker {
  readonly #sql: Sql;
  readonly #replica: string;
  readonly #duty: Duty;
  #heldUntil = 0;
  #onDuty = false;
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #stopped = false;

  constructor(sql: Sql, replica: string, duty: Duty) {
    this.#sql = sql;
    this.#replica = replica;
    this.#duty = duty;
  }

  /** Whether a call to Telegram may begin now. */
  get held(): boolean {
    return performance.now() < this.#heldUntil;
  }

  async start(): Promise<void> {
    await withoutJobContext(async () => {
      this.#timer = setInterval(() => void this.renew(), RENEW_EVERY_MS);
      await this.renew();
    });
  }

  async renew(): Promise<void> {
    if (this.#stopped) return;
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    await this.#renewing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#renewing;
    await this.#leave();
    this.#heldUntil = 0;
    await releaseSpeaker(this.#sql, this.#replica).catch(() => {});
  }

  async #renew(): Promise<void> {
    const asked = performance.now();
    try {
      const held = await holdSpeaker(this.#sql, this.#replica, LEASE_MS);
      // Counted from before the asking: however long the answer took, the store counts from later on.
      this.#heldUntil = held === null ? 0 : asked + LEASE_MS - MARGIN_MS;
      if (held === null) return await this.#leave();
      if (this.#onDuty) return;
      await this.#duty.start(held.awaySince);
      this.#onDuty = true;
      log.debug('this process speaks to Telegram');
    } catch (error) {
      log.debug('the right to speak to Telegram cannot be renewed now', error);
      if (!this.held) await this.#leave();
    }
  }

  async #leave(): Promise<void> {
    if (!this.#onDuty) return;
    this.#onDuty = false;
    await this.#duty.stop();
  }
}

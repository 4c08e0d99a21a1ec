import { type Exchange, venueTraits } from '@sluice/exchange';
import { getLogger, inSpan, runInContext } from '@sluice/telemetry';
import { findOnList, LOOKUPS_APART } from './find-on-list.ts';
import type { SettlingOutcome } from './outcome.ts';
import { performTasks } from './perform-tasks.ts';
import { reportSend } from './report-send.ts';
import type { SendTask } from './send-task.ts';

const log = getLogger('sending');

/** Requests of one account that may be on the wire at once; more would only queue at the exchange. */
const MAX_IN_FLIGHT = 8;
/** Of those, how many may be LIMIT orders and look-ups: where all hang, or set the leverage first, MARKET orders and cancels pass. */
const MAX_ORDINARY_IN_FLIGHT = 6;

/** Well before a claim runs out. */
const KEEP_CLAIM_AFTER_MS = 5_000;

export type AccountSenderDeps = {
  connect: () => Promise<Exchange>;
  /** Leverage and margin mode are set before the first order of a symbol. */
  prepare: (exchange: Exchange, symbol: string) => Promise<void>;
  /** Why each of some tasks must not place anything new; null where it may. Rejects where that is not known. */
  halted: (tasks: SendTask[]) => Promise<(string | null)[]>;
  renew: (tasks: SendTask[], signedAt: number) => Promise<SendTask[]>;
  /** Stores the venue's orders of the day with a placement about to leave; false when its claim is another's by now. */
  note: (task: SendTask, numbers: string[], at: number) => Promise<boolean>;
  /** Of some of the venue's numbers those of our own orders. */
  ownNumbers: (task: SendTask, numbers: string[]) => Promise<string[]>;
  /**
   * Pays for a request that leaves now; false when it has to wait for room in the exchange's rate limits. `demand`: how
   * many such wait.
   */
  admit: (batch: SendTask[], demand: number) => boolean;
  record: (outcomes: SettlingOutcome[]) => void;
  now: () => number;
};

/**
 * Sends the claimed tasks of one account: immediates first, then in the order they were planned, batches side by side.
 * An account that hangs holds up nobody but itself.
 */
export class AccountSender {
  readonly #deps: AccountSenderDeps;
  readonly #waiting: SendTask[] = [];
  readonly #inFlight = { ordinary: 0, immediate: 0 };
  #stopping = false;
  #idle: (() => void)[] = [];

  constructor(deps: AccountSenderDeps) {
    this.#deps = deps;
  }

  add(tasks: SendTask[]): void {
    this.#forgetEarlierClaims(tasks);
    const immediate = tasks.filter((task) => task.immediate);
    const behind = this.#waiting.findIndex((task) => !task.immediate);
    this.#waiting.splice(behind === -1 ? this.#waiting.length : behind, 0, ...immediate);
    this.#waiting.push(...tasks.filter((task) => !task.immediate));
    this.pump();
  }

  /**
   * Keeps the claims of tasks that wait long, behind an account that is slow: run out, they would be looked up and
   * counted as failures although nothing was ever sent for them. Answers those kept.
   */
  async keepClaims(): Promise<SendTask[]> {
    const now = this.#deps.now();
    const old = this.#waiting.filter((task) => task.action !== 'find' && task.signedAt < now - KEEP_CLAIM_AFTER_MS);
    if (old.length === 0) return [];
    const renewed = await this.#deps.renew(old, now);
    for (const task of old) {
      const at = this.#waiting.indexOf(task);
      const kept = renewed.find((r) => r.orderId === task.orderId && r.attempt === task.attempt);
      // Sent meanwhile, or lost to another process.
      if (at !== -1) this.#waiting.splice(at, 1, ...(kept === undefined ? [] : [kept]));
    }
    return renewed;
  }

  /** Sends nothing new; resolves when everything on the wire has an outcome. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#onTheWire > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** What was claimed and never sent; also what was added after the stop. */
  takeUnsent(): SendTask[] {
    return this.#waiting.splice(0);
  }

  /**
   * A claim that ran out while its task waited here is taken again, by this process too: without this an account that
   * hangs would gather the same look-ups every few seconds, and send them all when it answers again.
   */
  #forgetEarlierClaims(tasks: SendTask[]): void {
    if (this.#waiting.length === 0) return;
    const again = new Set(tasks.map((task) => `${task.orderId} ${task.attempt}`));
    const kept = this.#waiting.filter((task) => !again.has(`${task.orderId} ${task.attempt}`));
    if (kept.length < this.#waiting.length) this.#waiting.splice(0, this.#waiting.length, ...kept);
  }

  get #onTheWire(): number {
    return this.#inFlight.ordinary + this.#inFlight.immediate;
  }

  /** LIMIT and STOP orders that wait to be sent. */
  get waitingOrders(): number {
    return this.#waiting.filter((task) => task.action === 'place' && !task.immediate).length;
  }

  /** Sends what may leave now: called when something was added, an answer came, or the rate limits have room again. */
  pump(): void {
    // What has no room keeps back all of its kind, so that it leaves in its order; other kinds may pass it.
    const kept = new Set<string>();
    while (!this.#stopping && this.#onTheWire < MAX_IN_FLIGHT) {
      const batch = nextBatch(this.#waiting, kept);
      if (batch === null) return;
      const kind = kindOf(batch[0]!);
      const urgency = batch[0]!.immediate ? 'immediate' : 'ordinary';
      if (urgency === 'ordinary' && this.#inFlight.ordinary >= MAX_ORDINARY_IN_FLIGHT) {
        kept.add(kind);
        continue;
      }
      const alike = this.#waiting.filter((task) => kindOf(task) === kind).length;
      if (!this.#deps.admit(batch, Math.ceil(alike / batch.length))) {
        kept.add(kind);
        continue;
      }
      const leaving = new Set(batch);
      this.#waiting.splice(0, this.#waiting.length, ...this.#waiting.filter((task) => !leaving.has(task)));
      this.#inFlight[urgency] += 1;
      void this.#send(batch).finally(() => {
        this.#inFlight[urgency] -= 1;
        if (this.#onTheWire === 0) for (const resolve of this.#idle.splice(0)) resolve();
        this.pump();
      });
    }
  }

  async #send(batch: SendTask[]): Promise<void> {
    const { carrier } = batch[0]!;
    // A list of open orders answers look-ups of many alerts: then it is nobody's.
    const ofOne = batch.every((task) => task.carrier.baggage === carrier.baggage);
    await runInContext(ofOne ? carrier : {}, async () => {
      try {
        this.#deps.record(await this.#perform(batch));
      } catch (error) {
        // Nothing is known of the batch: its claims run out and are looked up, which is what the claim is for.
        log.error('sending %d orders of %s failed unexpectedly', batch.length, batch[0]!.account, error);
      }
    });
  }

  /** What the list of open orders does not show is looked up by itself: missing from it proves nothing. */
  async #findOnList(batch: SendTask[]): Promise<SettlingOutcome[]> {
    const { found, missing } = await findOnList(batch, this.#deps);
    if (missing.length > 0) this.#waiting.push(...missing);
    return found;
  }

  async #perform(batch: SendTask[]): Promise<SettlingOutcome[]> {
    const { action, account, symbol } = batch[0]!;
    return await inSpan('send', { action, account, symbol, orders: batch.length }, async () => {
      const began = this.#deps.now();
      const outcomes = isList(batch) ? await this.#findOnList(batch) : await performTasks(batch, this.#deps);
      reportSend(batch, outcomes, this.#deps.now() - began);
      return outcomes;
    });
  }
}

function isList(batch: SendTask[]): boolean {
  return batch[0]!.action === 'find' && batch.length > 1;
}

/** Tasks that may share a request: same action, symbol, kind and origin. Conditional orders travel alone. */
const BATCH = 5;

function kindOf(task: SendTask): string {
  return `${task.action} ${task.immediate}`;
}

/** The first tasks that may share a request and are not of a kind that has to wait; null when there are none. */
function nextBatch(waiting: readonly SendTask[], kept: ReadonlySet<string>): SendTask[] | null {
  const first = waiting.find((task) => !kept.has(kindOf(task)));
  if (first === undefined) return null;
  if (first.action === 'find') {
    const ofPair = first.listed
      ? []
      : waiting.filter((t) => t.action === 'find' && !t.listed && t.symbol === first.symbol);
    return ofPair.length > LOOKUPS_APART ? ofPair : [first];
  }
  // Where orders are noted one by one they leave one by one.
  if (first.conditional || !venueTraits(first.venue).clientOrderIds) return [first];
  return waiting.filter((task) => mayShare(first, task)).slice(0, BATCH);
}

function mayShare(first: SendTask, next: SendTask): boolean {
  return (
    next.action === first.action &&
    next.symbol === first.symbol &&
    next.immediate === first.immediate &&
    !next.conditional &&
    next.carrier.baggage === first.carrier.baggage
  );
}

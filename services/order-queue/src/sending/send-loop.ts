import type { Sql } from '@sluice/service-runtime';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import type { RateBudget } from '../budget/rate-budget.ts';
import type { SendRoom } from '../budget/send-room.ts';
import { claimDueAttempts, readOwnClaims, releaseUnsent, renewClaims } from '../db/claims.ts';
import { noteDayOrders, readOwnNumbers } from '../db/note-day-orders.ts';
import type { HaltWatch } from '../halting/halt-watch.ts';
import type { Committed } from '../planning/plan-and-write.ts';
import { AccountRecorder } from '../recording/account-recorder.ts';
import { AccountSender } from './account-sender.ts';
import type { Exchanges } from './exchanges.ts';
import type { Outcome } from './outcome.ts';
import { claimedTask, type SendTask } from './send-task.ts';
import type { SymbolSettings } from './symbol-settings.ts';
import { costOf, levelOf } from './task-cost.ts';

const log = getLogger('sending');

/** How often claims that ran out and look-ups that are due are taken; one index probe when there are none. */
const LOOK_EVERY_MS = 250;
const CLAIMS_PER_LOOK = 200;
/** How often this process compares the claims it has by the database with the tasks it was given. */
const COMPARE_EVERY_MS = 1_000;
/** Far beyond the longest a task is on the wire; one that waits longer is remembered anew when its claim is kept. */
const REMEMBER_TASKS_MS = 120_000;

export type SendLoopDeps = {
  sql: Sql;
  replica: string;
  exchanges: Exchanges;
  settings: SymbolSettings;
  halts: Pick<HaltWatch, 'reasons'>;
  budget: RateBudget;
  room: SendRoom;
  record: (account: string, outcomes: Outcome[]) => Promise<Committed>;
  /** Called after each commit, with what it left to do. */
  committed: (committed: Committed) => void;
  now: () => number;
};

/**
 * The one place that places and cancels orders: sends what this process has claimed, accounts side by side, and takes
 * over what is due in the database. The normal case and recovery are one path; only where the tasks come from differs.
 */
export class SendLoop {
  readonly #deps: SendLoopDeps;
  readonly #senders = new Map<string, AccountSender>();
  readonly #recorders = new Map<string, AccountRecorder>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  /** Every task this process was given lately, by claim: a claim is acted on once, whoever hands it over. */
  readonly #given = new Map<string, number>();
  #compareAt = 0;
  #stopping = false;

  constructor(deps: SendLoopDeps) {
    this.#deps = deps;
    deps.budget.onRoom(() => {
      for (const sender of this.#senders.values()) sender.pump();
    });
  }

  /** LIMIT and STOP orders of an account that wait here to be sent. */
  unsent(account: string): number {
    return this.#senders.get(account)?.waitingOrders ?? 0;
  }

  start(): void {
    withoutJobContext(() => {
      this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    });
  }

  /** Tasks of a plan that was just committed. */
  add(tasks: SendTask[]): void {
    const news = tasks.filter((task) => !this.#given.has(claimOf(task)));
    this.#remember(news);
    for (const [account, ofAccount] of Map.groupBy(news, (task) => task.account)) {
      this.#deps.room.handedOver(account, ofAccount.filter(isOrdinary).length);
      this.#sender(account).add(ofAccount);
    }
  }

  /** What a poll or stream saw. */
  report(account: string, outcomes: Outcome[]): void {
    this.#recorder(account).add(outcomes);
  }

  /** Finishes what is on the wire, records it, and gives back what was not sent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all([...this.#senders.values()].map((sender) => sender.stop()));
    await Promise.all([...this.#recorders.values()].map((recorder) => recorder.drain()));
    // What recording planned meanwhile is among them.
    const unsent = [...this.#senders.values()].flatMap((sender) => sender.takeUnsent());
    await releaseUnsent(this.#deps.sql, this.#deps.replica, unsent);
  }

  #look(): void {
    if (this.#stopping) return;
    this.#looking ??= this.#takeDue()
      .then(() => this.#compareClaims())
      .catch((error) => log.debug('could not look for due claims', error))
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #takeDue(): Promise<void> {
    const claimed = await claimDueAttempts(this.#deps.sql, this.#deps.replica, CLAIMS_PER_LOOK, this.#deps.now());
    const takenOver = claimed.filter(
      (c) => c.takenFrom !== null && (c.status === 'submitting' || c.status === 'cancelling'),
    );
    if (takenOver.length > 0) {
      log.warn('took over %d orders whose sender did not report back; they are looked up first', takenOver.length);
    }
    this.add(claimed.map((attempt) => claimedTask(attempt, this.#deps.now())));
  }

  /**
   * Sends what is claimed by this process and was never handed to it, because the answer to the commit that claimed it
   * was lost: nothing was sent for it, so there is nothing to look up. And keeps the claims of what waits.
   */
  async #compareClaims(): Promise<void> {
    const now = this.#deps.now();
    if (now < this.#compareAt) return;
    this.#compareAt = now + COMPARE_EVERY_MS;
    for (const [claim, at] of this.#given) if (at < now - REMEMBER_TASKS_MS) this.#given.delete(claim);
    const { sql, replica } = this.#deps;
    const own = (await readOwnClaims(sql, replica, now)).map((attempt) => claimedTask(attempt, now));
    const orphans = own.filter((task) => !this.#given.has(claimOf(task)));
    if (orphans.length > 0)
      log.warn('%d orders were claimed by a commit whose answer was lost; sending them', orphans.length);
    this.add(orphans);
    for (const sender of this.#senders.values()) {
      this.#remember(await sender.keepClaims());
      // A MARKET order whose time is over ends now, not when there is room for it.
      sender.pump();
    }
  }

  #remember(tasks: SendTask[]): void {
    for (const task of tasks) this.#given.set(claimOf(task), this.#deps.now());
  }

  #sender(account: string): AccountSender {
    const known = this.#senders.get(account);
    if (known !== undefined) return known;
    const { exchanges, settings, halts, budget, sql, replica, now } = this.#deps;
    const sender = new AccountSender({
      connect: () => exchanges.forSending(account),
      prepare: (exchange, symbol) => settings.ensure(exchange, account, symbol),
      halted: (tasks) => halts.reasons(tasks),
      note: (task, numbers, at) => noteDayOrders(sql, replica, task, numbers, at),
      ownNumbers: (task, numbers) => readOwnNumbers(sql, task.account, task.symbol, numbers),
      renew: async (tasks, signedAt) => {
        const renewed = await renewClaims(sql, replica, tasks, signedAt);
        const still = new Set(renewed.map((claim) => `${claim.orderId} ${claim.attempt}`));
        return tasks.filter((t) => still.has(`${t.orderId} ${t.attempt}`)).map((task) => ({ ...task, signedAt }));
      },
      admit: (batch, demand) => {
        // Nothing is sent for what is too late.
        if (batch.every((task) => task.sendBefore !== null && task.sendBefore < now())) return true;
        const costs = budget.costs(account);
        return costs === null || budget.tryTake(account, costOf(batch, costs), levelOf(batch[0]!), demand);
      },
      record: (outcomes) => this.#recorder(account).add(outcomes),
      now,
    });
    this.#senders.set(account, sender);
    // What recording plans for an account that had no sender yet must be given back by the stop, not sent after it.
    if (this.#stopping) void sender.stop();
    return sender;
  }

  #recorder(account: string): AccountRecorder {
    const known = this.#recorders.get(account);
    if (known !== undefined) return known;
    const recorder = new AccountRecorder((outcomes) => this.#deps.record(account, outcomes), this.#deps.committed);
    this.#recorders.set(account, recorder);
    return recorder;
  }
}

function isOrdinary(task: SendTask): boolean {
  return task.action === 'place' && !task.immediate;
}

function claimOf({ orderId, attempt, fence, action }: SendTask): string {
  return `${orderId} ${attempt} ${fence} ${action}`;
}

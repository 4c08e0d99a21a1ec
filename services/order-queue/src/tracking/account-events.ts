import type { Sql } from '@sluice/service-runtime';
import { captureContext, getLogger } from '@sluice/telemetry';
import { type KnownAttempt, readKnownAttempts } from '../db/heard-orders.ts';
import { isOurs } from '../orders/client-order-id.ts';
import type { Outcome } from '../sending/outcome.ts';
import { exchangeKey, isAcknowledgement, matchEvents, type OrderEvent } from './match-events.ts';

const log = getLogger('update_open_orders');

/** The answer to a placement is recorded long before, as a rule; then there is nothing to do. */
const ACKNOWLEDGEMENTS_AFTER_MS = 2_000;
/** When an event that matches nothing is looked at again: its stop's trigger may be being recorded. */
const AGAIN_AFTER_MS = [50, 250, 1_000, 4_000] as const;
const AFTER_FAILURE_MS = 500;
/** More than this waits only while the store is away; then a poll says the same in fewer rows. */
const MOST_WAITING = 5_000;
/** Some hundred bytes each; an account has a few hundred orders on the exchange. */
const MOST_REMEMBERED = 5_000;

export type AccountEventsDeps = {
  sql: Sql;
  account: string;
  installation: () => string;
  report: (account: string, outcomes: Outcome[]) => void;
  announceUnknown: (account: string, orders: { clientOrderId: string; symbol: string }[]) => Promise<void>;
  /** Of one symbol, or of all of the account. */
  poll: (symbol: string | null) => void;
};

type Waiting = { event: OrderEvent; tries: number };

/**
 * Brings what the stream of one account tells to recording. Events wait for nothing; those that arrive while one look-up
 * runs go with the next. Nothing depends on their order, on each arriving once, or on this process being the only one
 * that hears them.
 */
export class AccountEvents {
  readonly #deps: AccountEventsDeps;
  #waiting: Waiting[] = [];
  #running = false;
  #stopped = false;
  #timers = new Set<NodeJS.Timeout>();
  /** Which stop of ours an order of the exchange has come from, as the stream told it. */
  readonly #stopOf = new Map<string, string>();
  #acknowledged: Waiting[] = [];
  /** Attempts by client id: which order one belongs to never changes, so an execution need not be looked up. */
  readonly #attempts = new Map<string, KnownAttempt>();

  constructor(deps: AccountEventsDeps) {
    this.#deps = deps;
  }

  add(event: OrderEvent): void {
    const { report } = event;
    const { clientOrderId, exchangeOrderId, triggeredOrderId } = report;
    if (clientOrderId !== null && triggeredOrderId !== null && triggeredOrderId !== exchangeOrderId) {
      remember(this.#stopOf, exchangeKey(report.symbol, triggeredOrderId), clientOrderId);
    }
    if (isAcknowledgement(event)) this.#addLater(event);
    else this.#addNow([{ event, tries: 0 }]);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#waiting = [];
  }

  #addLater(event: OrderEvent): void {
    this.#acknowledged.push({ event, tries: 0 });
    if (this.#acknowledged.length > 1) return;
    this.#after(ACKNOWLEDGEMENTS_AFTER_MS, () => this.#addNow(this.#acknowledged.splice(0)));
  }

  #addNow(waiting: Waiting[]): void {
    this.#waiting.push(...waiting);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting = [];
      this.#deps.poll(null);
    }
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#waiting.length > 0) await this.#take(this.#waiting.splice(0));
    } finally {
      this.#running = false;
    }
  }

  async #take(taken: Waiting[]): Promise<void> {
    const events = taken.map(({ event }) => this.#asOurs(event));
    if (this.#recordAtOnce(events)) return;
    let known: KnownAttempt[];
    try {
      known = await this.#read(events);
    } catch (error) {
      log.debug('%d events of account %s have to wait for the store', taken.length, this.#deps.account, error);
      this.#after(AFTER_FAILURE_MS, () => this.#addNow(taken));
      return;
    }
    if (this.#stopped) return;
    for (const attempt of known) remember(this.#attempts, attempt.clientId, attempt);
    const { outcomes, unmatched } = matchEvents(this.#deps.account, events, known, captureContext());
    this.#deps.report(this.#deps.account, outcomes);
    for (const event of unmatched) await this.#notOurs(event, taken[events.indexOf(event)]!.tries);
  }

  async #read(events: OrderEvent[]): Promise<KnownAttempt[]> {
    const { sql, account, installation } = this.#deps;
    const clientIds = events.map(({ report }) => report.clientOrderId).filter((id) => isOurs(id, installation()));
    const exchangeIds = events.filter(({ report }) => report.conditional).map(({ report }) => report.exchangeOrderId);
    if (clientIds.length + exchangeIds.length === 0) return [];
    return await readKnownAttempts(sql, account, clientIds, exchangeIds);
  }

  /** Executions of attempts that were seen before: recording itself leaves out what is known or too late. */
  #recordAtOnce(events: OrderEvent[]): boolean {
    const known: KnownAttempt[] = [];
    for (const { report, fill } of events) {
      const attempt = report.clientOrderId === null ? undefined : this.#attempts.get(report.clientOrderId);
      if (attempt === undefined || fill === null) return false;
      known.push({ ...attempt, current: true, executed: '0', final: false });
    }
    const { account, report } = this.#deps;
    report(account, matchEvents(account, events, known, captureContext()).outcomes);
    return true;
  }

  /** The order a stop became, under the stop's name. */
  #asOurs(event: OrderEvent): OrderEvent {
    const stop = this.#stopOf.get(exchangeKey(event.report.symbol, event.report.exchangeOrderId));
    return stop === undefined ? event : { ...event, report: { ...event.report, clientOrderId: stop } };
  }

  async #notOurs(event: OrderEvent, tries: number): Promise<void> {
    const { account, announceUnknown, installation, poll } = this.#deps;
    const { clientOrderId, symbol, conditional, triggeredOrderId, exchangeOrderId } = event.report;
    const ours = isOurs(clientOrderId, installation());
    // Only a triggered stop carries a name that is not ours and may still be ours.
    const perhaps = ours || (conditional && triggeredOrderId === exchangeOrderId);
    const again = AGAIN_AFTER_MS[tries];
    if (perhaps && again !== undefined) {
      this.#after(again, () => this.#addNow([{ event, tries: tries + 1 }]));
      return;
    }
    const rests = event.report.status === 'open' || event.report.status === 'triggered';
    if (ours && rests) {
      await announceUnknown(account, [{ clientOrderId, symbol }]).catch((error) =>
        log.warn('order %s of account %s is unknown, and nobody could be told', clientOrderId, account, error),
      );
    }
    // It takes or gives room on the exchange; how much only the list says.
    poll(symbol);
  }

  #after(ms: number, then: () => void): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }
}

/** The oldest is forgotten first; whatever is not remembered is looked up. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  if (map.size > MOST_REMEMBERED) map.delete(map.keys().next().value!);
}

import type { Notification } from '@sluice/contracts';
import type { OrderRecord } from '@sluice/telemetry';
import type { StoredFill } from '../db/fills.ts';
import type { LearntCap } from '../db/learnt.ts';
import type { Order } from '../db/order-row.ts';
import type { Pair } from '../orders/order.ts';
import { holdsSlot } from '../orders/order-status.ts';
import { isConditional } from '../orders/room.ts';
import type { Settlement } from '../orders/settle.ts';
import type { WorkingSet } from '../planning/working-set.ts';
import type { Outcome } from '../sending/outcome.ts';

const UNCOUNTED_CAP_MS = 5_000;

/** What outcomes tell besides the orders themselves, gathered over one transaction. */
export class News {
  readonly notifications: Notification[] = [];
  readonly due: (Pair & { at: number })[] = [];
  readonly caps: LearntCap[] = [];
  /** Orders whose state changed, for the log once it is committed. */
  readonly records: OrderRecord[] = [];
  readonly fills: StoredFill[] = [];
  pause: string | null = null;
  /** A slot of the account's own number of conditional orders is free. */
  freesAccountSlot = false;
  readonly #account: string;
  readonly #now: number;
  readonly #causes = new Map<string, Set<string>>();

  constructor(account: string, now: number) {
    this.#account = account;
    this.#now = now;
  }

  tell(order: Order, kind: string, settlement: Settlement): void {
    this.records.push({
      orderId: order.id,
      strategy: order.strategy,
      account: order.account,
      symbol: order.symbol,
      outcome: kind,
      attempt: order.attempt?.number ?? 0,
      alertId: order.alertId,
      exchangeOrderId: order.attempt?.exchangeOrderId ?? undefined,
      failureType: settlement.failure?.type,
      error: settlement.failure?.message ?? settlement.endedBecause ?? undefined,
    });
  }

  /** The plan that follows gives the slot out on behalf of the alert whose cancel or refusal freed it. */
  inherit(order: Order, cause: string): void {
    const causes = this.#causes.get(order.symbol) ?? new Set();
    causes.add(cause);
    this.#causes.set(order.symbol, causes);
  }

  /** An order's own alert where that is waiting too, else any that is; null when no alert waits for the slot. */
  causeFor(order: Order): string | null {
    const causes = this.#causes.get(order.symbol);
    if (causes === undefined) return null;
    return causes.has(order.alertId) ? order.alertId : ([...causes][0] ?? null);
  }

  /**
   * The cap is what was live at the refusal, foreign orders included; counted by us where the exchange did not say. It is
   * never above what takes room by our own count: the plan that follows compares it with just that, and where the
   * exchange shows more than we know of, it would send the refused order again at once, for as long as the book is full.
   */
  learn(
    order: Order,
    outcome: Extract<Outcome, { kind: 'place' }>,
    learnt: { kind: 'open' | 'conditional'; until: number },
    facts: { foreignOpen: number; foreignConditional: number; conditionalScope: 'symbol' | 'account' } | undefined,
    working: WorkingSet,
  ): void {
    const conditional = learnt.kind === 'conditional';
    const ofKind = working.liveOf(order).filter((o) => o.type !== 'MARKET' && (!conditional || isConditional(o)));
    const foreign = (conditional ? facts?.foreignConditional : facts?.foreignOpen) ?? 0;
    const seen =
      (conditional ? outcome.live?.conditional : outcome.live?.open) ??
      ofKind.filter((o) => o.status === 'open').length + foreign;
    const symbol = conditional && facts?.conditionalScope === 'account' ? '*' : order.symbol;
    // The account's own count goes over all its symbols and is made by the caller.
    const known = symbol === '*' ? seen : ofKind.filter((o) => holdsSlot(o.status)).length + foreign;
    const counted = Math.min(seen, known);
    // Foreign orders that could not be counted may be gone in a moment: such a cap only keeps us from asking at once.
    const until = outcome.live === null ? this.#now + UNCOUNTED_CAP_MS : learnt.until;
    this.caps.push({ account: order.account, symbol, conditional, cap: counted, until });
    this.due.push({ account: order.account, symbol: order.symbol, at: until });
  }

  /** Told once per pause, whichever of its outcomes is recorded first. */
  announcePause(reason: string): void {
    this.notifications.push({
      kind: 'account_paused',
      key: `account:${this.#account}`,
      at: new Date(this.#now).toISOString(),
      account: this.#account,
      detail: reason,
    });
  }
}

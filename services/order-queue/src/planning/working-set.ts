import type { OrderEventKind } from '@sluice/contracts';
import { sortedPairs } from '../db/lock-pairs.ts';
import type { Order } from '../db/order-row.ts';
import type { OrderChange, OrderEvent } from '../db/write-orders.ts';
import type { OrderStatus, Pair } from '../orders/order.ts';
import { assertMove, isEnded } from '../orders/order-status.ts';

/**
 * The orders a transaction works on: read under their pairs' locks, changed in memory by cancels, outcomes and plans,
 * written back once. Every change of status goes through {@link move}, which holds it against the table of legal moves
 * and leaves an event.
 */
export class WorkingSet {
  readonly #orders = new Map<number, Order>();
  readonly #readStatus = new Map<number, OrderStatus>();
  readonly #new = new Set<number>();
  readonly #changed = new Set<number>();
  readonly #attempts = new Set<number>();
  readonly #alerts = new Set<string>();
  readonly events: OrderEvent[] = [];

  constructor(orders: Order[]) {
    for (const order of orders) {
      this.#orders.set(order.id, order);
      this.#readStatus.set(order.id, order.status);
    }
  }

  /** Adds an order that is not stored yet; it is written in the state it has at the end. */
  add(order: Order, cause: string | null): void {
    this.#orders.set(order.id, order);
    this.#new.add(order.id);
    this.#remember(order);
    this.#event(order, 'created', cause, null);
  }

  get(id: number): Order | undefined {
    return this.#orders.get(id);
  }

  all(): Order[] {
    return [...this.#orders.values()];
  }

  pairs(): Pair[] {
    return sortedPairs(this.all().map(({ account, symbol }) => ({ account, symbol })));
  }

  /** Orders of a pair that are not ended. */
  liveOf(pair: Pair): Order[] {
    return this.all().filter((o) => o.account === pair.account && o.symbol === pair.symbol && !isEnded(o.status));
  }

  /** A change of status, with its event. Throws when the table of moves does not know it. */
  move(
    order: Order,
    to: OrderStatus,
    by: 'plan' | 'record',
    kind: OrderEventKind,
    cause: string | null,
    detail: Record<string, unknown> | null = null,
  ): void {
    if (order.status !== to) assertMove(order.status, to, by);
    order.status = to;
    this.touch(order);
    this.#event(order, kind, cause, detail);
  }

  /** A change that is not one of status, with its event. */
  note(order: Order, kind: OrderEventKind, cause: string | null, detail: Record<string, unknown> | null = null): void {
    this.touch(order);
    this.#event(order, kind, cause, detail);
  }

  /** The order's row is to be written. */
  touch(order: Order): void {
    this.#changed.add(order.id);
    this.#remember(order);
  }

  /** The order's current attempt is to be written. */
  touchAttempt(order: Order): void {
    this.#attempts.add(order.id);
  }

  created(): Order[] {
    return [...this.#new].map((id) => this.#orders.get(id)!);
  }

  changes(): OrderChange[] {
    return [...this.#changed]
      .filter((id) => !this.#new.has(id))
      .sort((a, b) => a - b)
      .map((id) => ({ order: this.#orders.get(id)!, readStatus: this.#readStatus.get(id)! }));
  }

  attempts(): Order[] {
    return [...this.#attempts].sort((a, b) => a - b).map((id) => this.#orders.get(id)!);
  }

  /** Alerts whose answer may have become complete: each that an order touched here belongs to or was moved by. */
  touchedAlerts(): string[] {
    return [...this.#alerts].sort();
  }

  /** At each touch anew: a later plan may put the order in motion for another alert. */
  #remember(order: Order): void {
    for (const alert of [order.alertId, order.causeAlert, order.cancelAlert])
      if (alert !== null) this.#alerts.add(alert);
  }

  #event(order: Order, kind: OrderEventKind, cause: string | null, detail: Record<string, unknown> | null): void {
    this.events.push({
      orderId: order.id,
      kind,
      status: order.status,
      attempt: order.attempt?.number ?? 0,
      cause,
      detail,
    });
  }
}

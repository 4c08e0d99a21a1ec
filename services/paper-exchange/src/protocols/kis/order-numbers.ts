import type { AlgoOrder, Order } from '../../matching/order.ts';
import { koreanClock } from './korean-clock.ts';

/** A request to cancel or to change an order, which stands in the day's list beside the orders. */
export interface ChangeRequest {
  readonly account: string;
  readonly day: string;
  readonly time: string;
  readonly number: string;
  readonly of: string;
  readonly order: Order | AlgoOrder;
  readonly quantity: string;
}

export interface Numbered {
  readonly account: string;
  readonly day: string;
  readonly number: string;
  readonly order: Order | AlgoOrder;
}

/** Order numbers count up from one each day, over all that is asked of the venue; the matching's own ids never show. */
export class OrderNumbers {
  #day = '';
  #last = 0;
  readonly orders: Numbered[] = [];
  readonly changes: ChangeRequest[] = [];

  next(now: number): string {
    const { day } = koreanClock(now);
    if (day !== this.#day) {
      this.#day = day;
      this.#last = 0;
    }
    this.#last += 1;
    return String(this.#last).padStart(10, '0');
  }

  note(account: string, order: Order | AlgoOrder, now: number): string {
    const number = this.next(now);
    this.orders.push({ account, day: koreanClock(now).day, number, order });
    return number;
  }

  find(account: string, day: string, number: string): Numbered | undefined {
    const wanted = number.padStart(10, '0');
    return this.orders.find((one) => one.account === account && one.day === day && one.number === wanted);
  }

  clear(): void {
    this.orders.length = 0;
    this.changes.length = 0;
    // Numbers go on: a client must never meet the same one twice on a day.
  }
}

import { judgeAlgo, placeAlgo } from '../../matching/algo-order.ts';
import { entryAt } from '../../matching/entry-at.ts';
import type { AlgoOrder, AlgoRequest, Order, OrderRequest } from '../../matching/order.ts';
import { judgeOrder, placeOrder } from '../../matching/place-order.ts';
import { Refusal } from '../../matching/refusal.ts';
import type { Account, Venue } from '../../matching/venue.ts';
import type { FaultRule } from '../../serving/faults.ts';
import { refusals } from './refusals.ts';
import type { BybitSwitches } from './switches.ts';

/** An order as it was asked for; one with a trigger price waits for it. */
export type Wish =
  | { readonly kind: 'order'; readonly request: OrderRequest }
  | { readonly kind: 'algo'; readonly request: AlgoRequest };

/** An order that was acknowledged and then declined: it is told of, can be looked up, and never was in the book. */
export interface RejectedOrder {
  readonly orderId: number;
  readonly wish: Wish;
  readonly reason: string;
  readonly at: number;
}

export const linkIdOf = (wish: Wish): string | undefined =>
  wish.kind === 'order' ? wish.request.clientOrderId : wish.request.clientAlgoId;

const ofTheBook = new Set([refusals.wouldTake().code, refusals.wouldRest().code]);
const ofTheMoment = new Set([
  ...ofTheBook,
  refusals.insufficientBalance().code,
  refusals.tooManyActive().code,
  refusals.tooManyConditional().code,
  refusals.nothingToReduce().code,
]);

function comesLater(refused: Refusal, rejectedLater: BybitSwitches['rejectedLater']): boolean {
  switch (rejectedLater) {
    case 'none':
      return false;
    case 'book':
      return ofTheBook.has(refused.code);
    case 'all':
      return ofTheMoment.has(refused.code);
  }
}

interface DeskExchange {
  readonly venue: Venue<BybitSwitches>;
  now(): number;
}

/** Takes orders in: what is acknowledged has an id, and takes effect, or is rejected, a moment later. */
export class OrderDesk {
  readonly #exchange: DeskExchange;
  readonly #told: (account: Account, rejected: RejectedOrder) => void;
  readonly #rejected = new Map<Account, RejectedOrder[]>();
  /** An orderLinkId that was acknowledged once is never free again, whatever became of its order. */
  readonly #burnt = new Map<Account, Set<string>>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(exchange: DeskExchange, told: (account: Account, rejected: RejectedOrder) => void) {
    this.#exchange = exchange;
    this.#told = told;
  }

  /** The id of the acknowledged order, or why it is not even that. */
  acknowledge(account: Account, wish: Wish, fault?: FaultRule): number | Refusal {
    const { venue } = this.#exchange;
    const linkId = linkIdOf(wish);
    const burnt = entryAt(this.#burnt, account, () => new Set<string>());
    if (linkId !== undefined && venue.switches.clientIdReuse === 'never' && burnt.has(linkId)) {
      return refusals.duplicateLinkId();
    }
    const refused = this.#judge(account, wish);
    if (refused && !comesLater(refused, venue.switches.rejectedLater)) return refused;
    if (linkId !== undefined) burnt.add(linkId);
    const orderId = wish.kind === 'order' ? venue.nextOrderId++ : venue.nextAlgoId++;
    const forced = fault?.do === 'reject-later' ? fault : undefined;
    this.later(forced?.ms, () => {
      const reason = forced === undefined ? undefined : (forced.msg ?? 'EC_NoImmediateQtyToFill');
      const order = reason ?? this.#enter(account, wish, orderId);
      if (typeof order === 'string') this.#reject(account, { orderId, wish, reason: order, at: this.#exchange.now() });
      else if (fault?.do === 'late-visibility') order.visibleAt = this.#exchange.now() + (fault.ms ?? 1_000);
    });
    return orderId;
  }

  rejected(account: Account): readonly RejectedOrder[] {
    return this.#rejected.get(account) ?? [];
  }

  /** Does what was acknowledged once it is time: at once where nothing comes between. */
  later(ms: number | undefined, act: () => void): void {
    const delay = ms ?? this.#exchange.venue.switches.acknowledgeAheadMs;
    if (delay === 0) {
      act();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delay);
    this.#timers.add(timer.unref());
  }

  /** Forgets everything, and what was acknowledged and has not taken effect never will. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#rejected.clear();
    this.#burnt.clear();
  }

  #judge(account: Account, wish: Wish): Refusal | undefined {
    const { venue } = this.#exchange;
    return wish.kind === 'order' ? judgeOrder(venue, account, wish.request) : judgeAlgo(venue, account, wish.request);
  }

  /** The order as it then stands, or in the venue's words why there is none. */
  #enter(account: Account, wish: Wish, orderId: number): Order | AlgoOrder | string {
    const { venue } = this.#exchange;
    const now = this.#exchange.now();
    const placed =
      wish.kind === 'order'
        ? placeOrder(venue, account, { ...wish.request, orderId }, now)
        : placeAlgo(venue, account, { ...wish.request, algoId: orderId }, now);
    if (!(placed instanceof Refusal)) return placed;
    // The stream has a list of reasons of its own, which is shorter than that of the codes.
    return placed.msg.startsWith('EC_') ? placed.msg : 'EC_Others';
  }

  #reject(account: Account, rejected: RejectedOrder): void {
    entryAt(this.#rejected, account, () => []).push(rejected);
    this.#told(account, rejected);
  }
}

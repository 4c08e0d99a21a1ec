import type { Decimal, DecimalString, FailureType, PlaceableOrderType } from '@sluice/contracts';
import type { FailureRecord, OrderStatus, Wanted } from './order.ts';

/** What is known of an order before something was learnt of its current attempt. */
export type SettledOrder = {
  type: PlaceableOrderType;
  status: OrderStatus;
  wanted: Wanted;
  quantity: Decimal;
  /** Executed by earlier attempts, by their final reports. */
  executedBefore: Decimal;
  /** Executed by the current attempt, as far as known. */
  executedOfAttempt: Decimal;
  /** What the current attempt put on the wire. */
  attemptQuantity: Decimal;
  /** The least the market accepts of this order; see `smallestOrder`. */
  minRemaining: Decimal;
  /** Recoverable failures counted so far. */
  failures: number;
  /** It lives for one session on the exchange and for longer with us: what its end leaves waits for the next session. */
  carriesOver: boolean;
  /** When the alert was received, ms since the epoch. */
  receivedAt: number;
};

/** The exchange's view of the attempt; an `OrderReport` of the exchange package is one. */
export type Report = {
  status: 'open' | 'triggered' | 'filled' | 'cancelled' | 'rejected' | 'expired';
  /** Cumulative; null where the answer does not carry it, and then `cancelled` and `expired` are not final yet. */
  executed: DecimalString | null;
  /** Why the exchange ended it, in its own words. */
  reason?: string;
};

/** A failed call; a `Failure` of the exchange package is one. */
export type LearntFailure = {
  type: FailureType;
  action: 'retry' | 'requeue' | 'resolve' | 'adopt' | 'fail' | 'pause_account' | 'sync_clock' | 'session_closed';
  code: string | null;
  message: string;
  retryAfterMs: number | null;
};

/** Everything that can be learnt of an attempt. */
export type Learnt =
  /** The placement was accepted. */
  | { kind: 'accepted'; report: Report }
  /** The placement was refused, with proof. */
  | { kind: 'refused'; failure: LearntFailure }
  /** The placement was claimed and nothing of it was sent, because a person has stopped its strategy or account. */
  | { kind: 'held' }
  /** The call that was under way, a placement or a cancel, ended without proof. */
  | { kind: 'unresolved' }
  /** Past the fence of its last request the exchange knows no such order, asked twice. Missing from a list is not that. */
  | { kind: 'absent' }
  /** From a poll, a look-up, a stream or the answer to a cancel. */
  | { kind: 'report'; report: Report }
  /**
   * The cancel is proven without effect: the exchange refused it, or its fence has passed and a look-up still shows
   * the order. Before that an `open` report proves nothing: the cancel may be under way.
   */
  | { kind: 'cancel_failed'; report: Report | null };

/** What recording writes, and what follows from it. */
export type Settlement = {
  status: OrderStatus;
  /** Cumulative fill of the current attempt; never less than before. */
  executedOfAttempt: Decimal;
  /** This is the attempt's final report: a further one may be opened. */
  attemptFinal: boolean;
  /** Quantity less everything executed, never below zero. */
  remaining: Decimal;
  /** Only with `pending`: not to be sent before, ms since the epoch; null when it may go at once. */
  retryAt: number | null;
  failures: number;
  /** Why it failed, or why it has to be retried. */
  failure: FailureRecord | null;
  /** Why an order ended that nobody of ours ended, in a sentence. */
  endedBecause: string | null;
  /** A slot of the pair, or its conditional part, has become free. */
  freesSlot: boolean;
  /** Too many orders are open: the caller takes the live count of that kind, foreign included, as the cap until then. */
  learntCap: { kind: 'open' | 'conditional'; until: number } | null;
  pauseAccount: boolean;
  /** The message a person gets, once. */
  notify: 'order_failed' | 'order_expired' | null;
};

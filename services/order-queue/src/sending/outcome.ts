import type { CancelOutcome, DayOrder, Fill, LookupOutcome, OrderReport, PlaceOutcome } from '@sluice/exchange';
import type { ContextCarrier } from '@sluice/telemetry';
import type { SendTask } from './send-task.ts';

/** Orders on the exchange as counted right after it refused one more; a cap is learnt from it. */
export type LiveCount = { open: number; conditional: number; foreignOpen: number; foreignConditional: number };

/** `askedAt`, ms since the epoch: an answer proves nothing about what arrived after the question. */
export type Lookup = { outcome: LookupOutcome; askedAt: number };

/** What became of one task, or what a poll or the stream saw of one order. Recording settles the order by it. */
export type SettlingOutcome =
  /** A placement that was claimed and not sent, because its strategy or account is halted; `reason` is a sentence. */
  | { kind: 'held'; task: SendTask; reason: string }
  | { kind: 'place'; task: SendTask; outcome: PlaceOutcome; live: LiveCount | null }
  /** `lookup` is there when the cancel alone did not say what the order has executed. */
  | { kind: 'cancel'; task: SendTask; outcome: CancelOutcome; lookup: Lookup | null }
  | ({ kind: 'find'; task: SendTask } & Lookup)
  /** The orders of the day that a placement whose answer was lost can be, where it has no id of ours. */
  | { kind: 'lost'; task: SendTask; candidates: DayOrder[]; askedAt: number }
  /** What a person has said of a placement nobody else could tell of: the order it is, or null where it never arrived. */
  | {
      kind: 'person';
      orderId: number;
      attempt: number;
      account: string;
      symbol: string;
      report: OrderReport | null;
      carrier: ContextCarrier;
    }
  | {
      kind: 'report';
      orderId: number;
      attempt: number;
      account: string;
      symbol: string;
      report: OrderReport;
      carrier: ContextCarrier;
    };

/** One execution of one of our attempts, which may have ended long ago. It is stored and settles nothing. */
export type FillOutcome = {
  kind: 'fill';
  orderId: number;
  attempt: number;
  account: string;
  symbol: string;
  fill: Fill;
  carrier: ContextCarrier;
};

export type Outcome = SettlingOutcome | FillOutcome;

/** Which order and attempt an outcome is about. */
export function subjectOf(outcome: Outcome): { orderId: number; attempt: number; account: string; symbol: string } {
  return 'task' in outcome ? outcome.task : outcome;
}

/** What the exchange says of an order, or of its market, that it does not know: what became of it is looked up. */
export function isNoLongerThere(outcome: CancelOutcome): boolean {
  return outcome.kind === 'gone' || (outcome.kind === 'refused' && outcome.failure.type === 'invalid_symbol');
}

/** Baggage and trace of what decided or saw it. */
export function carrierOf(outcome: Outcome): ContextCarrier {
  return 'task' in outcome ? outcome.task.carrier : outcome.carrier;
}

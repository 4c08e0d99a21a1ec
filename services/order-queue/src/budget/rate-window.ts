import { RECEIVE_WINDOW_MS } from '../orders/claim-time.ts';

/** How far our idea of the exchange's clock may be off. */
export const CLOCK_ERROR_MS = 250;

/**
 * How long a request is on its way as a rule. What takes longer is charged to the wrong window of a second; were it
 * charged to all it may arrive in, three orders in four would be paid for in vain.
 */
const USUAL_WAY_MS = 500;

/** Until when after it left a request may be counted: within the receive window, or as a rule where windows are shorter. */
const countedWithin = (windowMs: number): number => (windowMs < RECEIVE_WINDOW_MS ? USUAL_WAY_MS : RECEIVE_WINDOW_MS);

/**
 * The windows of the exchange a request may be counted in that leaves now: it is counted when it arrives, which is at
 * most the receive window later. Near the end of a window these are two, and both are charged: a request too much in the
 * one costs nothing, one too many in the other is a 429.
 *
 * @param at ms since the epoch on the exchange's clock; its windows are fixed multiples of their length
 */
export function windowsHit(at: number, windowMs: number): number[] {
  const first = Math.floor((at - CLOCK_ERROR_MS) / windowMs);
  const last = Math.floor((at + countedWithin(windowMs)) / windowMs);
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

/** From when a request is not counted in the window any more, nor in an earlier one; ms on the exchange's clock. */
export function overAt(windowNo: number, windowMs: number): number {
  return (windowNo + 1) * windowMs + CLOCK_ERROR_MS;
}

/** The window a count belongs to that came with an answer; null when the window may have changed under way. */
export function windowOfAnswer(sentAt: number, receivedAt: number, windowMs: number): number | null {
  const first = Math.floor((sentAt - CLOCK_ERROR_MS) / windowMs);
  return first === Math.floor((receivedAt + CLOCK_ERROR_MS) / windowMs) ? first : null;
}

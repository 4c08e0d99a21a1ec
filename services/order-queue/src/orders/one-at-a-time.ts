import type { PlannableOrder } from './order.ts';

/**
 * Of the orders a plan would send, in their order, those it may where an order is known by nothing but the venue's own
 * number: one at a time on each side, and none while another placement of that side has no outcome. So a lost answer can
 * be told from every other order of ours. What a person has been asked about holds up nobody: it is not matched any more,
 * and later sends note it as there, if it is.
 */
export function oneAtATime<T extends Pick<PlannableOrder, 'side'>>(
  send: readonly T[],
  live: readonly (Pick<PlannableOrder, 'side' | 'status'> & { withPerson: boolean })[],
): T[] {
  const busy = new Set(
    live
      .filter((order) => order.status === 'submitting' || (order.status === 'unresolved_place' && !order.withPerson))
      .map((order) => order.side),
  );
  return send.filter((order) => {
    if (busy.has(order.side)) return false;
    busy.add(order.side);
    return true;
  });
}

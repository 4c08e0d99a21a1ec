import type { OrderStatus } from './order.ts';

/** Who may write a move: a plan under the pair's lock, or the recording of what the exchange said. */
export type Mover = 'plan' | 'record';

export type Move = { from: OrderStatus; to: OrderStatus; by: Mover; why?: string };

/**
 * Every legal move of an order; nothing else writes a status. Plans write the first arrow of a placement, the first of
 * a cancel and the end of an order that was never sent; recording writes the rest. Odd moves carry their reason.
 */
export const moves: readonly Move[] = [
  ...to('plan', 'pending', ['submitting']),
  {
    from: 'pending',
    to: 'cancelled',
    by: 'plan',
    why: 'cancelled by its owner before it was ever sent, or again after a demotion',
  },
  {
    from: 'pending',
    to: 'expired',
    by: 'plan',
    why: 'a MARKET order older than its maximum age: late is worse than lost',
  },
  { from: 'pending', to: 'failed', by: 'plan', why: 'it cannot be sent any more, e.g. its market has closed' },
  ...to('plan', 'open', ['cancelling']),
  {
    from: 'triggered',
    to: 'cancelling',
    by: 'plan',
    why: 'a triggered STOP_LIMIT rests as a limit order; only its owner takes it off',
  },

  ...to('record', 'submitting', ['open', 'pending', 'failed', 'unresolved_place', 'rejected']),
  { from: 'submitting', to: 'filled', by: 'record', why: 'the answer to the placement already carries the whole fill' },
  { from: 'submitting', to: 'triggered', by: 'record', why: 'the stop price was crossed before the answer came' },
  {
    from: 'submitting',
    to: 'cancelled',
    by: 'record',
    why: 'refused while its owner had cancelled it, or ended by the exchange at once',
  },
  {
    from: 'submitting',
    to: 'expired',
    by: 'record',
    why: 'a MARKET order found no counterpart, or its last try came too late',
  },

  ...to('record', 'unresolved_place', ['open', 'triggered', 'filled', 'cancelled', 'rejected', 'expired']),
  {
    from: 'unresolved_place',
    to: 'pending',
    by: 'record',
    why: 'proven absent after the fence, so it may be sent again',
  },
  {
    from: 'unresolved_place',
    to: 'failed',
    by: 'record',
    why: 'proven absent, and its retries or its time are used up',
  },

  ...to('record', 'open', ['filled', 'triggered', 'cancelled', 'rejected', 'expired']),
  {
    from: 'open',
    to: 'pending',
    by: 'record',
    why: 'the session has ended: it waits for the next with what is left of its quantity',
  },
  ...to('record', 'triggered', ['filled', 'cancelled', 'rejected', 'expired']),

  ...to('record', 'cancelling', ['cancelled', 'unresolved_cancel', 'rejected', 'expired']),
  { from: 'cancelling', to: 'pending', by: 'record', why: 'demoted: it waits again with what is left of its quantity' },
  { from: 'cancelling', to: 'filled', by: 'record', why: 'a fill overtook the cancel' },
  { from: 'cancelling', to: 'open', by: 'record', why: 'the cancel was refused; the order still rests' },
  { from: 'cancelling', to: 'triggered', by: 'record', why: 'the trigger overtook the cancel, which was refused' },

  ...to('record', 'unresolved_cancel', ['cancelled', 'rejected', 'expired']),
  { from: 'unresolved_cancel', to: 'pending', by: 'record', why: 'the cancel had arrived: demoted' },
  { from: 'unresolved_cancel', to: 'filled', by: 'record', why: 'a fill overtook the cancel' },
  { from: 'unresolved_cancel', to: 'open', by: 'record', why: 'past its fence the cancel cannot arrive any more' },
  { from: 'unresolved_cancel', to: 'triggered', by: 'record', why: 'the trigger overtook the cancel' },

  { from: 'pending', to: 'filled', by: 'record', why: 'a late report of an earlier attempt leaves nothing to send' },
  {
    from: 'pending',
    to: 'cancelled',
    by: 'record',
    why: 'a late report of an earlier attempt leaves less than the market accepts',
  },
  {
    from: 'cancelled',
    to: 'filled',
    by: 'record',
    why: 'a fill that happened before the cancel was reported after it',
  },
  { from: 'expired', to: 'filled', by: 'record', why: 'a fill that happened before the expiry was reported after it' },
];

const index = new Map(moves.map((move) => [`${move.from} ${move.to} ${move.by}`, move]));

export function isLegalMove(from: OrderStatus, to: OrderStatus, by: Mover): boolean {
  return index.has(`${from} ${to} ${by}`);
}

/** Throws on a move the table does not have: a fault in our own code, so the transaction around it must not commit. */
export function assertMove(from: OrderStatus, to: OrderStatus, by: Mover): void {
  if (!isLegalMove(from, to, by)) throw new Error(`illegal move of an order: ${from} → ${to} by ${by}`);
}

/** Nothing will be sent for it any more. A late fill may still turn cancelled or expired into filled. */
export function isEnded(status: OrderStatus): boolean {
  switch (status) {
    case 'filled':
    case 'cancelled':
    case 'rejected':
    case 'failed':
    case 'expired':
      return true;
    case 'pending':
    case 'submitting':
    case 'open':
    case 'cancelling':
    case 'unresolved_place':
    case 'unresolved_cancel':
    case 'triggered':
      return false;
  }
}

/**
 * It is on the exchange, or may be. MARKET orders pass through these statuses too but never rest, so they take no
 * slot whatever this says; {@link plan} leaves them out.
 */
export function holdsSlot(status: OrderStatus): boolean {
  return status !== 'pending' && !isEnded(status);
}

/** An answer of the exchange is awaited, so no plan may act on the order. */
export function isInFlight(status: OrderStatus): boolean {
  return (
    status === 'submitting' ||
    status === 'cancelling' ||
    status === 'unresolved_place' ||
    status === 'unresolved_cancel' ||
    status === 'triggered'
  );
}

function to(by: Mover, from: OrderStatus, targets: OrderStatus[]): Move[] {
  return targets.map((target) => ({ from, to: target, by }));
}

import type { EventRow } from '../db/read-order-history.ts';

/** One event of an order as a sentence for whoever trades. */
export function tellEvent({ kind, attempt, cause, detail }: EventRow): string {
  const text = (key: string): string | null => {
    const value = detail?.[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  };
  const failure = detail?.failure as { type?: string; message?: string } | undefined;
  const why = failure === undefined ? '' : `: ${failure.type}: ${failure.message}`;
  const exchangeId = text('exchange_order_id');
  const executed = text('executed');
  const because = text('because') ?? text('why');
  const by = cause === null ? '' : /^[0-9a-f]{32}$/.test(cause) ? ` by alert ${cause}` : ` by ${cause}`;
  switch (kind) {
    case 'created':
      return `Stored${by}.`;
    case 'queued':
      return text('rank') === null ? `Waits: ${because ?? 'not its turn'}.` : `Waits with rank ${text('rank')}.`;
    case 'submitting':
      return `Given a place and about to be sent${text('quantity') === null ? '' : `, quantity ${text('quantity')}`} (attempt ${attempt}).`;
    case 'sent':
      return `Accepted by the exchange${exchangeId === null ? '' : ` as ${exchangeId}`}.`;
    case 'partly_filled':
      return `Filled in part: ${executed ?? 'some'} so far.`;
    case 'filled':
      return `Filled in full${executed === null ? '' : `: ${executed}`}.`;
    case 'demoting':
      return 'Better orders need its place: it is being taken off the exchange.';
    case 'demoted':
      return 'Off the exchange; waits again with what is left of it.';
    case 'cancel_wanted':
      return `To be cancelled${because === null ? by : `: ${because}`}.`;
    case 'cancelling':
      return `Being cancelled on the exchange${by}.`;
    case 'cancelled':
      return `Cancelled${because === null ? '' : `: ${because}`}.`;
    case 'cancel_failed':
      return 'The cancel had no effect; it rests on the exchange still.';
    case 'requeued':
      return 'The exchange had too many open orders; waits again by its rank, and no failure is counted.';
    case 'held':
      return `Not sent: ${because ?? 'halted'}. Waits again by its rank.`;
    case 'retry':
      return `Refused for now${why}. It is tried again.`;
    case 'unresolved':
      return 'The call ended without proof of what became of it; it is being looked up.';
    case 'triggered':
      return 'Its stop price was reached; it is an order on the book now.';
    case 'rejected':
      return `The exchange took it and rejected it afterwards${why}.`;
    case 'failed':
      return `Failed for good${why}.`;
    case 'expired':
      return `Ran out of time${because === null ? '' : `: ${because}`}.`;
    case 'stop_waits':
      return 'A stop that has to wait off the exchange; a person was told.';
    default:
      return `${kind.replaceAll('_', ' ')}${because === null ? '' : `: ${because}`}.`;
  }
}

import { histogram } from '../metrics.ts';
import { many, ms, tally, writeWideRecord } from './wide-record.ts';

const duration = histogram('sluice.send.duration', { description: 'A request to an exchange', unit: 'ms' });

export type SendRecord = {
  action: 'place' | 'cancel' | 'find';
  account: string;
  symbol: string;
  /** Orders put into the request. */
  orders: number;
  /** What the exchange said to each. For a look-up: found, proven absent, no answer. */
  accepted: number;
  refused: number;
  unresolved: number;
  failureTypes: readonly string[];
  /** The exchange's own codes. */
  venueCodes: readonly string[];
  /** From taking the tasks to having their outcomes. */
  durationMs: number;
};

const words = { place: 'placed', cancel: 'cancelled', find: 'looked up' } as const;

/** One per request to an exchange that places, cancels or looks up orders. A look-up is detail. */
export function recordSend(send: SendRecord): void {
  const { action, account, symbol, orders, accepted, refused, unresolved } = send;
  duration.record(send.durationMs, { action, account });
  const failureTypes = tally(send.failureTypes);
  writeWideRecord(
    {
      event: 'send',
      level: action === 'find' ? 'debug' : 'info',
      text:
        `${words[action]} ${many(orders, 'order')} on ${account} ${symbol}: ${accepted} accepted` +
        `${refused > 0 ? `, ${refused} refused` : ''}${unresolved > 0 ? `, ${unresolved} unresolved` : ''}` +
        `${failureTypes === undefined ? '' : ` (${failureTypes})`} in ${ms(send.durationMs)} ms`,
      fields: {
        action,
        account,
        symbol,
        orders,
        accepted,
        refused,
        unresolved,
        failure_types: failureTypes,
        duration_ms: ms(send.durationMs),
        venue_codes: tally(send.venueCodes),
      },
    },
    recordSend,
  );
}

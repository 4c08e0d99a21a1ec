import type { Notification } from '@sluice/contracts';
import { type AttributeName, getLogger } from '@sluice/telemetry';

const log = getLogger('attention');

/** Fields of a message as the log names them; what else it holds is in its text. */
const names: Record<string, AttributeName> = {
  key: 'key',
  kind: 'reason',
  strategy: 'strategy',
  account: 'account',
  symbol: 'symbol',
  orderId: 'order_id',
  alertId: 'alert_id',
  duplicateOf: 'duplicate_of',
  failureType: 'failure_type',
};

/** What a person is told of is a WARNING in the log as well. */
export function warn(message: Notification): void {
  const detail = detailOf(message);
  const attributes = Object.entries(message).flatMap(([field, value]) => {
    const name = names[field];
    return name === undefined || value === null ? [] : [[name, value] as const];
  });
  log.warn('%s: %s', message.kind.replaceAll('_', ' '), detail, Object.fromEntries(attributes));
}

function detailOf(message: Notification): string {
  switch (message.kind) {
    case 'order_unmatched': {
      const { side, quantity, price, candidates } = message;
      const sent = `${side} ${quantity} ${price === null ? 'at market' : `at ${price}`}`;
      return `${sent} had no answer, and could be ${candidates.length === 0 ? 'none of the day' : candidates.join(' or ')}`;
    }
    case 'market_closed':
      return `a MARKET order was refused; ${message.exchange} opens at ${message.opensAt}`;
    default:
      return 'detail' in message ? message.detail : '';
  }
}

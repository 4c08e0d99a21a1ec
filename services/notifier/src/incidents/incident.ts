import type { Notification } from '@sluice/contracts';
import type { DailySummary } from './daily-summary.ts';

/** Everything a chat can be told. */
export type Told = Notification | DailySummary;

/**
 * What makes two messages one incident: the same trouble of the same owner, whichever order it meets. A person who has
 * read one of them needs to know of the others how many and which, not the same words again.
 */
export function incidentOf(told: Told): string {
  switch (told.kind) {
    case 'order_failed':
      return join(told.kind, told.strategy, told.account, told.failureType);
    case 'order_expired':
    case 'stop_waits':
    case 'order_needs_person':
    case 'order_unmatched':
    case 'market_closed':
      return join(told.kind, told.strategy, told.account);
    case 'account_paused':
    case 'unknown_order':
      return join(told.kind, told.account);
    case 'alert_unreadable':
      return join(told.kind, told.strategy ?? '');
    case 'alert_duplicate':
      return join(told.kind, told.strategy);
    case 'job_stopped':
      // A service that is down stops all its jobs at once.
      return join(told.kind, told.service, told.began ? 'began' : 'ended');
    case 'position_unattributed':
      return join(told.kind, told.account, told.symbol);
    case 'backlog':
    case 'memory':
    case 'holidays':
    case 'rate_limited':
      return join(told.kind, told.key);
    case 'daily_summary':
      return join(told.kind, told.day, told.account);
  }
}

/** Of such an incident only its newest state counts; of the others each message is about something of its own. */
export function isState(told: Told): boolean {
  switch (told.kind) {
    case 'backlog':
    case 'memory':
    case 'holidays':
    case 'rate_limited':
    case 'position_unattributed':
    case 'account_paused':
      return true;
    case 'order_failed':
    case 'order_expired':
    case 'stop_waits':
    case 'order_needs_person':
    case 'order_unmatched':
    case 'market_closed':
    case 'unknown_order':
    case 'alert_unreadable':
    case 'alert_duplicate':
    case 'job_stopped':
    case 'daily_summary':
      return false;
  }
}

function join(...parts: string[]): string {
  return parts.join(':');
}

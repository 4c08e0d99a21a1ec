import type { Told } from './incident.ts';

/** Who is told of what, as configured. */
export type Chats = {
  operator: string | null;
  /** The owner's chats of each strategy. */
  owners: ReadonlyMap<string, readonly string[]>;
  /** Strategies on each account. */
  strategiesOn: ReadonlyMap<string, readonly string[]>;
};

/**
 * The chats that are told, each once: a strategy's owners of its orders and alerts, the operator of the system, both of
 * an account. What has no owner goes to the operator. Empty when nobody is configured.
 */
export function recipients(told: Exclude<Told, { kind: 'daily_summary' }>, chats: Chats): string[] {
  const operator = chats.operator === null ? [] : [chats.operator];
  const ownersOf = (strategy: string | null): readonly string[] =>
    strategy === null ? [] : (chats.owners.get(strategy) ?? []);
  switch (told.kind) {
    case 'order_failed':
    case 'order_expired':
    case 'stop_waits':
    case 'order_needs_person':
    case 'order_unmatched':
    case 'market_closed':
    case 'alert_unreadable':
    case 'alert_duplicate': {
      const owners = ownersOf(told.strategy);
      return [...new Set(owners.length > 0 ? owners : operator)];
    }
    case 'account_paused':
    case 'unknown_order':
    case 'position_unattributed': {
      const strategies = chats.strategiesOn.get(told.account) ?? [];
      return [...new Set([...operator, ...strategies.flatMap(ownersOf)])];
    }
    case 'backlog':
    case 'memory':
    case 'holidays':
    case 'rate_limited':
    case 'job_stopped':
      return operator;
  }
}

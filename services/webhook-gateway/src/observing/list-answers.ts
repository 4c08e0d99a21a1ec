import type { AccountRow } from '../db/read-account-list.ts';
import type { DeadLetterRow } from '../db/read-dead-letters.ts';
import type { StrategyRow } from '../db/read-strategy-list.ts';

/** A strategy as it is shown. `capital` is what is used: the fixed amount, or what was last allotted of a share. */
export function strategyAnswer(row: StrategyRow) {
  return {
    strategy: row.name,
    market_type: row.marketType,
    active: row.active,
    halted: row.halted,
    accounts: row.accounts.map((link) => ({
      account: link.account,
      active: link.active,
      share: link.share,
      capital: link.capital ?? link.allotted,
      leverage: link.leverage,
      hold: link.hold,
      orders: link.orders,
    })),
    orders: row.accounts.reduce<Record<string, number>>((sum, { orders }) => add(sum, orders), {}),
  };
}

/** An account as it is shown; `limit` is the configured number of open orders per symbol. */
export function accountAnswer(row: AccountRow) {
  const { pending = 0, ...onExchange } = row.orders;
  return {
    account: row.name,
    account_id: row.id,
    venue: row.venue,
    active: row.active,
    halted: row.halted,
    paused: row.paused,
    paused_since: row.pausedSince?.toISOString() ?? null,
    open: Object.values(onExchange).reduce((sum, count) => sum + count, 0),
    pending,
    limit: row.maxOpenOrders,
    foreign_open: row.foreignOpen,
    stream: row.stream,
    stream_heard_at: row.streamHeardAt?.toISOString() ?? null,
  };
}

export function deadLetterAnswer(row: DeadLetterRow) {
  return {
    id: row.id,
    received_at: row.receivedAt.toISOString(),
    reason: row.reason,
    strategy: row.strategy,
    detail: row.detail,
    bytes: row.bytes,
    body: row.body,
  };
}

function add(sum: Record<string, number>, more: Record<string, number>): Record<string, number> {
  const result = { ...sum };
  for (const [state, count] of Object.entries(more)) result[state] = (result[state] ?? 0) + count;
  return result;
}

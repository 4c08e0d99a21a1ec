import type { PerformanceRow } from '../db/read-performance.ts';
import type { PositionRow } from '../db/read-positions.ts';

/** A position as it is shown. Its value is at `mark_price`, which is as old as `mark_at` says. */
export function positionAnswer(row: PositionRow) {
  return {
    strategy: row.strategy,
    account: row.account,
    symbol: row.symbol,
    quantity: row.quantity,
    average_entry: row.averageEntry,
    realized_pnl: row.realizedPnl,
    unrealized_pnl: row.unrealizedPnl,
    fees: row.fees,
    other_fees: row.otherFees,
    funding: row.funding,
    mark_price: row.markPrice,
    mark_at: row.markAt?.toISOString() ?? null,
    unattributed: row.unattributed,
    compared_at: row.comparedAt?.toISOString() ?? null,
  };
}

export function performanceAnswer(row: PerformanceRow) {
  return {
    day: row.day,
    strategy: row.strategy,
    trades: row.trades,
    wins: row.wins,
    realized_pnl: row.realizedPnl,
    fees: row.fees,
    other_fees: row.otherFees,
    funding: row.funding,
    capital: row.capital,
    return_percent: row.returnPercent,
  };
}

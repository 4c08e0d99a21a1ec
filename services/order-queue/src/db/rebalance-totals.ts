import type { Sql } from '@sluice/service-runtime';

export type Totals = { rebalances: number; cancelled: number; executed: number; durationMs: number };

/** Adds what this process did since it last said so. */
export async function addTotals(sql: Sql, replica: string, totals: Totals): Promise<void> {
  await sql`
    insert into orders.rebalance_total as t (replica, rebalances, cancelled, executed, duration_ms)
    values (${replica}, ${totals.rebalances}, ${totals.cancelled}, ${totals.executed}, ${totals.durationMs})
    on conflict (replica) do update set rebalances = t.rebalances + excluded.rebalances,
      cancelled = t.cancelled + excluded.cancelled, executed = t.executed + excluded.executed,
      duration_ms = t.duration_ms + excluded.duration_ms`;
}

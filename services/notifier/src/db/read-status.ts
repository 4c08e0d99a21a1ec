import type { SqlOrTx } from '@sluice/service-runtime';

export type LinkStatus = { strategy: string; account: string; hold: string | null; open: number; waiting: number };

/** What some strategies do on their accounts. */
export async function readLinks(sql: SqlOrTx, strategies: readonly string[]): Promise<LinkStatus[]> {
  return await sql<LinkStatus[]>`
    select l.strategy, l.account, h.reason as hold,
           coalesce(sum(n.orders) filter (where n.state <> 'pending'), 0)::int as open,
           coalesce(sum(n.orders) filter (where n.state = 'pending'), 0)::int as waiting
      from config.strategy_account l
      left join orders.link_hold h on h.strategy = l.strategy and h.account = l.account
      left join orders.live_count n on n.strategy = l.strategy and n.account = l.account
     where l.removed_at is null and l.strategy = any (${[...strategies]}::text[])
     group by l.strategy, l.account, h.reason order by l.strategy, l.account`;
}

/** Services that had a process and have none that lives. */
export async function readDeadServices(sql: SqlOrTx): Promise<string[]> {
  const rows = await sql<{ service: string }[]>`
    select service from runtime.heartbeat group by service
    having max(beat_at) < clock_timestamp() - interval '10 seconds' order by service`;
  return rows.map(({ service }) => service);
}

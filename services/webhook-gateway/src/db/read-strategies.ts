import type { SqlOrTx } from '@sluice/service-runtime';

export type StrategyRow = { name: string; tokenHash: string; venues: string[] };

/** Every strategy that is configured, with the exchange markets its accounts are on. */
export async function readStrategies(sql: SqlOrTx): Promise<StrategyRow[]> {
  return await sql<StrategyRow[]>`
    select s.name, s.token_hash as "tokenHash",
           coalesce(array_agg(distinct a.venue) filter (where a.venue is not null), '{}') as venues
    from config.strategy s
    left join config.strategy_account l on l.strategy = s.name and l.removed_at is null
    left join config.account a on a.name = l.account and a.removed_at is null
    where s.removed_at is null
    group by s.name, s.token_hash`;
}

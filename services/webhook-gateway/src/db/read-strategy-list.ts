import type { SqlOrTx } from '@sluice/service-runtime';

export type StrategyRow = {
  name: string;
  marketType: string;
  active: boolean;
  halted: string | null;
  accounts: {
    account: string;
    active: boolean;
    share: string | null;
    capital: string | null;
    allotted: string | null;
    leverage: string;
    hold: string | null;
    orders: Record<string, number>;
  }[];
};

/** Strategies by name, after `after`, with what each has on its accounts. */
export async function readStrategyList(sql: SqlOrTx, after: string, limit: number): Promise<StrategyRow[]> {
  return await sql<StrategyRow[]>`
    with page as materialized (
      select * from config.strategy where removed_at is null and name > ${after} order by name limit ${limit + 1}),
    live as materialized (
      select strategy, account, jsonb_object_agg(state, orders) as orders from orders.live_count group by strategy, account)
    select s.name, s.market_type as "marketType", s.active,
      (select reason from orders.halt_in_force h where h.scope = 'strategy' and h.name = s.name) as halted,
      (select coalesce(jsonb_agg(jsonb_build_object('account', l.account, 'active', l.active, 'share', l.share::text,
          'capital', l.capital::text, 'allotted', trim_scale(a.amount)::text, 'leverage', trim_scale(l.leverage)::text,
          'hold', h.reason, 'orders', coalesce(n.orders, '{}')) order by l.account), '[]')
        from config.strategy_account l
        left join orders.allotment_view a on a.strategy = l.strategy and a.account = l.account and l.share is not null
        left join orders.link_hold h on h.strategy = l.strategy and h.account = l.account
        left join live n on n.strategy = l.strategy and n.account = l.account
        where l.strategy = s.name and l.removed_at is null) as accounts
    from page s order by s.name`;
}

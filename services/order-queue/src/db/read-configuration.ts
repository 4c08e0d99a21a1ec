import type { VenueName } from '@sluice/contracts';
import type { SessionSettings } from '@sluice/exchange';
import type { Sql } from '@sluice/service-runtime';
import {
  type AccountConfig,
  type Configuration,
  calendarsOf,
  type LinkConfig,
  linkKey,
  type StrategyConfig,
} from '../configuration/configuration.ts';

/** The revision last applied; -1 before the first. */
export async function readRevision(sql: Sql): Promise<number> {
  const rows = await sql<{ revision: number }[]>`select revision from config.installation`;
  return rows[0]?.revision ?? -1;
}

/** The whole configuration in one statement, so that it is of one revision. */
export async function readConfiguration(sql: Sql): Promise<Configuration> {
  const rows = await sql<
    {
      installation: { name: string; revision: number } | null;
      strategies: StrategyConfig[];
      accounts: AccountConfig[];
      links: LinkConfig[];
      venues: ({ name: VenueName } & SessionSettings)[];
    }[]
  >`
    select
      (select jsonb_build_object('name', name, 'revision', revision) from config.installation) as installation,
      (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'marketType', market_type, 'maxAgeMs', max_age_ms,
        'active', active, 'removed', removed_at is not null)), '[]') from config.strategy) as strategies,
      (select coalesce(jsonb_agg(jsonb_build_object('name', a.name, 'id', a.id, 'venue', a.venue, 'endpoint', v.endpoint,
        'egress', coalesce(v.egress, 'default'), 'apiKey', a.api_key, 'apiSecret', a.api_secret, 'accountNumber', a.account_number, 'marginMode', a.margin_mode, 'maxOpenOrders', a.max_open_orders,
        'maxConditionalOrders', a.max_conditional_orders, 'reserve', a.reserve, 'rebalance', a.rebalance, 'active', a.active,
        'removed', a.removed_at is not null)), '[]')
        from config.account a left join config.venue v on v.name = a.venue) as accounts,
      (select coalesce(jsonb_agg(jsonb_build_object('strategy', strategy, 'account', account, 'share', share::text,
        'capital', capital::text, 'leverage', leverage::text, 'active', active, 'removed', removed_at is not null)), '[]')
        from config.strategy_account) as links,
      (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'closedDays', closed_days,
        'openDays', open_days, 'specialHours', special_hours)), '[]') from config.venue) as venues`;
  const row = rows[0]!;
  return {
    revision: row.installation?.revision ?? -1,
    installation: row.installation?.name ?? 'sluice',
    strategies: new Map(row.strategies.map((strategy) => [strategy.name, strategy])),
    accounts: new Map(row.accounts.map((account) => [account.name, account])),
    links: new Map(row.links.map((link) => [linkKey(link.strategy, link.account), link])),
    calendars: calendarsOf(row.venues),
  };
}

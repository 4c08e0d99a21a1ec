import type { TransactionSql } from 'postgres';
import type {
  AccountSettings,
  InstallationSettings,
  JobSettings,
  LinkSettings,
  StoredConfiguration,
  StrategySettings,
  VenueSettings,
} from '../configuration.ts';

type Removable<T> = T & { removed: boolean };

/** Everything applied so far, things taken out included. */
export async function readStored(tx: TransactionSql): Promise<StoredConfiguration> {
  const [stored] = await tx<(InstallationSettings & { revision: number })[]>`
    select name, time_zone as "timeZone", operator_chat as "operatorChat", bot_token as "botToken",
           telegram_api as "telegramApi", language, chat_languages as "chatLanguages",
           chat_commanders as "chatCommanders", receipts_days as "receiptsDays",
           events_days as "eventsDays", runs_days as "runsDays", revision
      from config.installation`;
  const venues = await tx<VenueSettings[]>`
    select name, endpoint, egress, closed_days as "closedDays", open_days as "openDays", special_hours as "specialHours"
    from config.venue order by name`;
  const accounts = await tx<Removable<AccountSettings>[]>`
    select name, venue, api_key as "apiKey", api_secret as "apiSecret",
           account_number as "accountNumber", margin_mode as "marginMode",
           max_open_orders as "maxOpenOrders", max_conditional_orders as "maxConditionalOrders", reserve, rebalance, active,
           removed_at is not null as removed
      from config.account order by id`;
  const strategies = await tx<Removable<StrategySettings>[]>`
    select name, market_type as "marketType", token_hash as "tokenHash", chats, max_lag_ms as "maxLagMs",
           max_age_ms as "maxAgeMs", active, removed_at is not null as removed
      from config.strategy order by name`;
  const links = await tx<Removable<LinkSettings>[]>`
    select strategy, account, share::text, capital::text, leverage::text, active, removed_at is not null as removed
      from config.strategy_account order by strategy, account`;
  const { revision, ...installation } = stored ?? { revision: 0 };
  const jobs = await tx<JobSettings[]>`select name, schedule from config.job order by name`;
  return {
    installation: stored ? (installation as InstallationSettings) : null,
    revision,
    venues: [...venues],
    accounts: [...accounts],
    strategies: [...strategies],
    links: [...links],
    jobs: [...jobs],
  };
}

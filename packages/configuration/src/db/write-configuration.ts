import type { JSONValue, TransactionSql } from 'postgres';
import type { Configuration } from '../configuration.ts';

/**
 * A constant number of statements whatever the size: write what the file lists, mark what it no longer lists. A row is
 * never deleted while an order may refer to it; a venue goes only when no account, removed ones included, is on it.
 */
export async function writeConfiguration(tx: TransactionSql, configuration: Configuration): Promise<void> {
  await writeVenues(tx, configuration);
  await writeAccounts(tx, configuration);
  await writeStrategies(tx, configuration);
  await writeLinks(tx, configuration);
  await writeJobs(tx, configuration);
  await tx`delete from config.venue v
            where name <> all (${configuration.venues.map((venue) => venue.name)})
              and not exists (select from config.account a where a.venue = v.name)`;
}

/** Returns the new revision, one higher with every apply. */
export async function writeInstallation(tx: TransactionSql, { installation }: Configuration): Promise<number> {
  const [row] = await tx<{ revision: number }[]>`
    insert into config.installation
      (name, time_zone, operator_chat, bot_token, telegram_api, language, chat_languages, chat_commanders, receipts_days,
       events_days, runs_days, revision, applied_at)
    values (${installation.name}, ${installation.timeZone}, ${installation.operatorChat},
            ${installation.botToken === null ? null : tx.json(installation.botToken)}, ${installation.telegramApi},
            ${installation.language}, ${tx.json(installation.chatLanguages)}, ${tx.json(installation.chatCommanders)},
            ${installation.receiptsDays}, ${installation.eventsDays}, ${installation.runsDays}, 1, now())
    on conflict (only_row) do update
       set name = excluded.name, time_zone = excluded.time_zone, operator_chat = excluded.operator_chat,
           bot_token = excluded.bot_token, telegram_api = excluded.telegram_api, language = excluded.language,
           chat_languages = excluded.chat_languages, chat_commanders = excluded.chat_commanders,
           receipts_days = excluded.receipts_days, events_days = excluded.events_days, runs_days = excluded.runs_days,
           revision = config.installation.revision + 1, applied_at = excluded.applied_at
    returning revision`;
  return row!.revision;
}

async function writeVenues(tx: TransactionSql, { venues }: Configuration): Promise<void> {
  await tx`
    insert into config.venue (name, endpoint, egress, closed_days, open_days, special_hours)
    select name, endpoint, egress, "closedDays", "openDays", "specialHours"
      from jsonb_to_recordset(${tx.json(venues)}) as r (name text, endpoint text, egress text,
        "closedDays" jsonb, "openDays" jsonb, "specialHours" jsonb)
    on conflict (name) do update
      set endpoint = excluded.endpoint, egress = excluded.egress, closed_days = excluded.closed_days,
        open_days = excluded.open_days, special_hours = excluded.special_hours`;
}

async function writeAccounts(tx: TransactionSql, { accounts }: Configuration): Promise<void> {
  const rows = accounts.map((account, position) => ({ ...account, position })) as unknown as JSONValue;
  // Not "on conflict do update": that would draw a new id for each known account at every apply and leave gaps.
  await tx`
    insert into config.account (name, venue, api_key, api_secret, margin_mode)
    select name, venue, '{}', '{}', 'cross'
      from jsonb_to_recordset(${tx.json(rows)}) as r (name text, venue text, position integer)
     where not exists (select from config.account a where a.name = r.name)
     order by position`;
  await tx`
    update config.account a
       set api_key = "apiKey", api_secret = "apiSecret", account_number = "accountNumber",
           margin_mode = "marginMode", max_open_orders = "maxOpenOrders",
           max_conditional_orders = "maxConditionalOrders", reserve = r.reserve, rebalance = r.rebalance, active = r.active, removed_at = null
      from jsonb_to_recordset(${tx.json(rows)}) as r
           (name text, "apiKey" jsonb, "apiSecret" jsonb, "accountNumber" jsonb, "marginMode" text, "maxOpenOrders" integer,
            "maxConditionalOrders" integer, reserve jsonb, rebalance jsonb, active boolean)
     where a.name = r.name`;
  await tx`
    update config.account set removed_at = now()
     where removed_at is null and name <> all (${accounts.map((account) => account.name)})`;
}

async function writeStrategies(tx: TransactionSql, { strategies }: Configuration): Promise<void> {
  await tx`
    insert into config.strategy (name, market_type, token_hash, chats, max_lag_ms, max_age_ms, active)
    select name, "marketType", "tokenHash", chats, "maxLagMs", "maxAgeMs", active
      from jsonb_to_recordset(${tx.json(strategies)}) as r
           (name text, "marketType" text, "tokenHash" text, chats jsonb, "maxLagMs" integer, "maxAgeMs" integer, active boolean)
    on conflict (name) do update
       set market_type = excluded.market_type, token_hash = excluded.token_hash, chats = excluded.chats,
           max_lag_ms = excluded.max_lag_ms, max_age_ms = excluded.max_age_ms, active = excluded.active, removed_at = null`;
  await tx`
    update config.strategy set removed_at = now()
     where removed_at is null and name <> all (${strategies.map((strategy) => strategy.name)})`;
}

async function writeLinks(tx: TransactionSql, { links }: Configuration): Promise<void> {
  await tx`
    insert into config.strategy_account (strategy, account, share, capital, leverage, active)
    select strategy, account, share, capital, leverage, active
      from jsonb_to_recordset(${tx.json(links)}) as r
           (strategy text, account text, share numeric, capital numeric, leverage numeric, active boolean)
    on conflict (strategy, account) do update
       set share = excluded.share, capital = excluded.capital, leverage = excluded.leverage, active = excluded.active,
           removed_at = null`;
  await tx`
    update config.strategy_account l set removed_at = now()
     where removed_at is null
       and not exists (select from jsonb_to_recordset(${tx.json(links)}) as r (strategy text, account text)
                        where r.strategy = l.strategy and r.account = l.account)`;
}

/** Nothing refers to the row of a job, so one that is no longer listed goes. */
async function writeJobs(tx: TransactionSql, { jobs }: Configuration): Promise<void> {
  await tx`delete from config.job where name <> all (${jobs.map((job) => job.name)})`;
  await tx`
    insert into config.job (name, schedule)
    select name, schedule from jsonb_to_recordset(${tx.json(jobs)}) as r (name text, schedule text)
    on conflict (name) do update set schedule = excluded.schedule`;
}

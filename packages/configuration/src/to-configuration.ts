import { Decimal, findJob, readCron, triggerText } from '@sluice/contracts';
import type { Configuration } from './configuration.ts';
import type { ConfigurationFile } from './configuration-schema.ts';

/** Turns a checked file into what is stored: flat lists, numbers of the kind they are. `tokens`: hash by strategy. */
export function toConfiguration(file: ConfigurationFile, tokens: ReadonlyMap<string, string>): Configuration {
  const usedVenues = [...new Set(Object.values(file.accounts).map((account) => account.venue))];
  const toCount = (text: string | null) => (text === null ? null : Number(text));
  const toMs = (seconds: string) => new Decimal(seconds).times(1_000).round().toNumber();
  const toPlain = (text: string | undefined) => (text === undefined ? null : new Decimal(text).toFixed());
  return {
    installation: {
      name: file.installation.name,
      timeZone: file.installation.time_zone,
      operatorChat: file.installation.operator_chat,
      botToken: file.installation.bot_token,
      telegramApi: file.installation.telegram_api,
      language: file.installation.language,
      chatLanguages: file.installation.chat_languages,
      chatCommanders: file.installation.chat_commanders,
      receiptsDays: Number(file.retention.receipts_days),
      eventsDays: Number(file.retention.events_days),
      runsDays: Number(file.retention.runs_days),
    },
    venues: usedVenues.map((name) => ({
      name,
      endpoint: file.venues[name]?.endpoint ?? null,
      egress: file.venues[name]?.egress ?? 'default',
      closedDays: file.venues[name]?.closed_days ?? [],
      openDays: file.venues[name]?.open_days ?? [],
      specialHours: file.venues[name]?.special_hours ?? {},
    })),
    accounts: Object.entries(file.accounts).map(([name, account]) => ({
      name,
      venue: account.venue,
      apiKey: account.api_key,
      apiSecret: account.api_secret,
      accountNumber: account.account_number ?? null,
      marginMode: account.margin_mode,
      maxOpenOrders: toCount(account.max_open_orders),
      maxConditionalOrders: toCount(account.max_conditional_orders),
      reserve: {
        buy: Number(account.reserve.buy),
        sell: Number(account.reserve.sell),
        conditional: Number(account.reserve.conditional),
      },
      rebalance: {
        threshold: toPlain(account.rebalance.threshold)!,
        minIntervalHours: toPlain(account.rebalance.min_interval_hours)!,
      },
      active: account.active,
    })),
    strategies: Object.entries(file.strategies).map(([name, strategy]) => ({
      name,
      marketType: strategy.market_type,
      tokenHash: tokens.get(name)!,
      chats: strategy.owner_chats,
      maxLagMs: strategy.max_lag_seconds === null ? null : toMs(strategy.max_lag_seconds),
      maxAgeMs: toMs(strategy.max_age_seconds),
      active: strategy.active,
    })),
    links: Object.entries(file.strategies).flatMap(([strategy, { accounts }]) =>
      Object.entries(accounts).map(([account, link]) => ({
        strategy,
        account,
        share: toPlain(link.share),
        capital: toPlain(link.capital),
        leverage: toPlain(link.leverage)!,
        active: link.active,
      })),
    ),
    jobs: Object.entries(file.jobs).map(([name, { every, cron }]) => ({
      name: findJob(name)!.id,
      // Both have been checked; an expression of five fields is kept as one of six.
      schedule: triggerText(cron === undefined ? { kind: 'interval', seconds: Number(every) } : readCron(cron)!),
    })),
  };
}

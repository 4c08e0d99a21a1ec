import type { SecretReference } from '@sluice/configuration';
import type { Language } from '@sluice/contracts';
import type { SqlOrTx } from '@sluice/service-runtime';

export type SettingsRow = {
  revision: number;
  timeZone: string;
  operatorChat: string | null;
  botToken: SecretReference | null;
  telegramApi: string | null;
  language: Language;
  chatLanguages: Record<string, Language>;
  chatCommanders: Record<string, string[]>;
  strategies: { name: string; chats: string[]; accounts: string[] }[];
};

/** What the configuration in force says of telling people; null before there is one. */
export async function readSettings(sql: SqlOrTx): Promise<SettingsRow | null> {
  const [row] = await sql<SettingsRow[]>`
    select revision, time_zone as "timeZone", operator_chat as "operatorChat", bot_token as "botToken",
      telegram_api as "telegramApi", language, chat_languages as "chatLanguages", chat_commanders as "chatCommanders",
      (select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'chats', s.chats, 'accounts', array(
          select l.account from config.strategy_account l where l.strategy = s.name order by l.account)) order by s.name), '[]')
        from config.strategy s where s.removed_at is null) as strategies
    from config.installation`;
  return row ?? null;
}

import { resolveSecret } from '@sluice/configuration';
import type { Language } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';
import { readSettings, type SettingsRow } from './db/read-settings.ts';
import type { Chats } from './incidents/recipients.ts';
import { type Texts, texts } from './texts/catalogue.ts';

/** How people are told, by the configuration in force. */
export type Settings = {
  revision: number;
  timeZone: string;
  /** Null: none is configured, or it cannot be read; `noToken` says which. */
  token: string | null;
  noToken: string | null;
  apiRoot: string | null;
  chats: Chats;
  textsOf: (chat: string) => Texts;
  /** By group, the users who may command the bot in it. */
  commanders: ReadonlyMap<string, readonly string[]>;
};

/** So old it may be when something is told or asked. */
const FRESH_MS = 2_000;

export type SettingsSource = () => Promise<Settings>;

/** Reads the configuration again when what was read is older than two seconds; a token in a file with it. */
export function createSettings(sql: Sql, environment: NodeJS.ProcessEnv): SettingsSource {
  let read: { at: number; settings: Promise<Settings> } | undefined;
  return () => {
    const now = performance.now();
    if (read === undefined || now - read.at > FRESH_MS) {
      const settings = readSettings(sql).then((row) => toSettings(row, environment));
      read = { at: now, settings };
      settings.catch(() => {
        read = undefined;
      });
    }
    return read.settings;
  };
}

function toSettings(row: SettingsRow | null, environment: NodeJS.ProcessEnv): Settings {
  const languages = new Map<string, Language>(Object.entries(row?.chatLanguages ?? {}));
  const secret = row?.botToken ? resolveSecret(row.botToken, environment) : null;
  const owners = new Map((row?.strategies ?? []).map(({ name, chats }) => [name, chats]));
  const on = (row?.strategies ?? []).flatMap(({ name, accounts }) =>
    accounts.map((account) => [account, name] as const),
  );
  const strategiesOn = new Map(
    [...Map.groupBy(on, ([account]) => account)].map(([account, links]) => [account, links.map(([, name]) => name)]),
  );
  return {
    revision: row?.revision ?? -1,
    timeZone: row?.timeZone ?? 'Asia/Seoul',
    token: secret?.ok ? secret.value : null,
    noToken: secret === null ? 'no bot_token is configured' : secret.ok ? null : secret.reason,
    apiRoot: row?.telegramApi ?? null,
    chats: { operator: row?.operatorChat ?? null, owners, strategiesOn },
    commanders: new Map(Object.entries(row?.chatCommanders ?? {})),
    textsOf: (chat) => texts[languages.get(chat) ?? row?.language ?? 'ko'],
  };
}

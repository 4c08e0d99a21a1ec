import { type Notification, notification, queues } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';
import { captureContext, getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { storeMessages } from '../db/messages.ts';
import { recipients } from '../incidents/recipients.ts';
import type { SettingsSource } from '../settings.ts';
import { cleanText } from '../texts/clean-text.ts';
import { formatIncident } from '../texts/format-incident.ts';

export type TakingDeps = { sql: Sql; boss: PgBoss; settings: SettingsSource; stored: () => void };

const log = getLogger('notifier');

/** Takes what people are to be told from the queue and stores it for each chat. Every replica does. */
export async function takeMessages({ sql, boss, settings, stored }: TakingDeps): Promise<void> {
  await boss.work(
    queues.notify,
    // One at a time: only so does a message bring its job's tag along.
    { batchSize: 1, localConcurrency: 2, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 5 },
    async ([message]) => {
      await takeMessage({ sql, settings }, message!.id, message!.data);
      stored();
    },
  );
}

/** Stores one message under its id of the queue, so that what is delivered twice is stored once. */
export async function takeMessage(
  { sql, settings }: Pick<TakingDeps, 'sql' | 'settings'>,
  source: string,
  data: unknown,
): Promise<void> {
  const told = readMessage(data);
  const { chats, textsOf, timeZone } = await settings();
  const carrier = captureContext();
  const to = recipients(told, chats);
  const rows = (to.length > 0 ? to : [null]).map((chat) => ({ source, chat, told, carrier }));
  const fresh = await storeMessages(sql, rows);
  if (to.length > 0 || fresh === 0) return;
  // Who runs this without Telegram reads it here.
  const { text } = formatIncident([told], null, { texts: textsOf(''), timeZone });
  log.info('no chat is configured for this message: %s', cleanText(text.replaceAll('\n', ' | ')), {
    reason: told.kind,
    key: told.key,
  });
}

/** A message of a kind this version does not know, from a newer one during a deployment, is not lost: the operator is told. */
function readMessage(data: unknown): Notification {
  const parsed = notification.safeParse(data);
  if (parsed.success) return parsed.data;
  log.warn('a message is not of a known shape and is told to the operator as it is', parsed.error);
  const text = JSON.stringify(data) ?? '';
  const at = new Date().toISOString();
  return { kind: 'alert_unreadable', key: `unknown:${text.slice(0, 40)}`, at, strategy: null, detail: text };
}

import type { Sql } from '@sluice/service-runtime';
import { getLogger, withoutJobContext } from '@sluice/telemetry';
import type { Message, Update } from 'grammy/types';
import type { PgBoss } from 'pg-boss';
import type { SendRates } from '../delivery/send-rates.ts';
import type { Telegram } from '../delivery/telegram.ts';
import { readOutcome } from '../delivery/telegram-outcome.ts';
import type { Settings, SettingsSource } from '../settings.ts';
import { plain, splitText } from '../texts/formatted-text.ts';
import { mayCommand, type Sender, strategiesOfChat } from './chat-rights.ts';
import { readCommand } from './read-command.ts';
import { runCommand } from './run-command.ts';

export type CommandReaderDeps = {
  sql: Sql;
  boss: PgBoss;
  settings: SettingsSource;
  telegram: (settings: Settings) => Telegram | null;
  held: () => boolean;
  now: () => number;
  rates: SendRates;
};

/** Telegram keeps commands for a day; one that waited is not what its sender wants any more. */
const OLDEST_SECONDS = 60;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A stranger is told of once in this time, however much he writes. */
const STRANGER_MS = 600_000;
const MOST_STRANGERS = 1_000;

const log = getLogger('commands');

/** Reads what owners write to the bot and answers. Telegram gives a bot's messages to one reader, so one process reads. */
export class CommandReader {
  readonly #deps: CommandReaderDeps;
  readonly #strangers = new Map<string, number>();
  #stop = new AbortController();
  #reading: Promise<void> | undefined;

  constructor(deps: CommandReaderDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#stop = new AbortController();
    this.#reading = withoutJobContext(() => this.#read(this.#stop.signal));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#reading;
  }

  async #read(signal: AbortSignal): Promise<void> {
    let offset = 0;
    let pauseMs = FIRST_PAUSE_MS;
    let complaint = '';
    while (!signal.aborted) {
      try {
        const settings = await this.#deps.settings();
        const telegram = this.#deps.telegram(settings);
        if (telegram !== null && this.#deps.held()) {
          const updates = await telegram.updates(offset, signal);
          offset = Math.max(offset, ...updates.map(({ update_id: id }) => id + 1));
          await this.#take(updates, settings, telegram);
          pauseMs = FIRST_PAUSE_MS;
          complaint = '';
          continue;
        }
      } catch (error) {
        if (signal.aborted) return;
        const outcome = readOutcome(error);
        const reason = 'reason' in outcome ? outcome.reason : outcome.kind;
        // Another reader of this bot, or a webhook: only a person can settle that.
        if (outcome.kind === 'refused' && reason !== complaint) {
          complaint = reason;
          log.warn('commands cannot be read: %s; is this bot used by another program?', reason);
        } else log.debug('commands cannot be read now: %s', reason);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
      await pause(pauseMs, signal);
    }
  }

  /** Chats side by side, the commands of one in their order. Never rejects. */
  async #take(updates: readonly Update[], settings: Settings, telegram: Telegram): Promise<void> {
    const messages = updates.flatMap(({ message }) => (message?.text === undefined ? [] : [message]));
    const byChat = Map.groupBy(messages, (message) => message.chat.id);
    await Promise.all(
      [...byChat.values()].map(async (ofChat) => {
        for (const message of ofChat) {
          await this.#answer(message, settings, telegram).catch((error) => {
            log.warn('a command from Telegram could not be answered', error);
          });
        }
      }),
    );
  }

  async #answer(message: Message, settings: Settings, telegram: Telegram): Promise<void> {
    const chat = String(message.chat.id);
    const names = [chat, ...('username' in message.chat && message.chat.username ? [`@${message.chat.username}`] : [])];
    const own = strategiesOfChat(names, settings.chats);
    if (own === null) return this.#noteStranger(chat);
    const command = readCommand(message.text ?? '');
    if (command === null) return;
    const sender = senderOf(message);
    if (!mayCommand(names, sender, settings.commanders)) return this.#noteIntruder(chat, sender);
    const texts = settings.textsOf(chat);
    const isOld = this.#deps.now() / 1_000 - message.date > OLDEST_SECONDS;
    const text = isOld ? texts.commands.tooOld : await runCommand(this.#deps, command, byOf(chat, sender), own, texts);
    for (const part of splitText(plain(text))) {
      // Not queued behind what the chat is told: who asks is answered now. It counts all the same.
      this.#deps.rates.note(chat, this.#deps.now());
      const outcome = await telegram.send(chat, part, 'plain');
      if (outcome.kind !== 'delivered') log.debug('an answer to chat %s did not arrive: %s', chat, outcome.kind);
    }
  }

  #noteStranger(chat: string): void {
    if (!this.#isNews(chat)) return;
    log.info('chat %s wrote to the bot and is not configured: it gets no answer', chat);
  }

  #noteIntruder(chat: string, { user }: Sender): void {
    if (!this.#isNews(`${chat} ${user}`)) return;
    log.warn(
      'user %s wrote a command in group %s and may not: no answer; chat_commanders of the configuration says who may',
      user ?? '(anonymous)',
      chat,
    );
  }

  #isNews(who: string): boolean {
    const now = this.#deps.now();
    if (now - (this.#strangers.get(who) ?? Number.NEGATIVE_INFINITY) < STRANGER_MS) return false;
    if (this.#strangers.size >= MOST_STRANGERS) this.#strangers.clear();
    this.#strangers.set(who, now);
    return true;
  }
}

/** Who writes as the group itself, or for a channel, is nobody who could be listed. */
function senderOf({ chat, from, sender_chat: writesAs }: Message): Sender {
  return { isPrivate: chat.type === 'private', user: writesAs || !from ? null : String(from.id) };
}

/** As whom a halt is noted. */
function byOf(chat: string, { isPrivate, user }: Sender): string {
  return isPrivate ? `telegram ${chat}` : `telegram ${chat}, user ${user}`;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}

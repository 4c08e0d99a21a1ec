import type { Sql } from '@sluice/service-runtime';
import { getLogger, runInContext, withoutJobContext } from '@sluice/telemetry';
import { countUntold, type PostOrigin, readOrigins } from '../db/messages.ts';
import {
  bury,
  confirmPart,
  noteTry,
  type Post,
  postpone,
  readChatsToCompose,
  readOpenPosts,
  readRecentTries,
} from '../db/posts.ts';
import { noteBack, noteGone } from '../db/speaker.ts';
import type { Settings, SettingsSource } from '../settings.ts';
import { type AfterTry, afterTry } from './after-try.ts';
import { composePost } from './compose-post.ts';
import { SendRates } from './send-rates.ts';
import type { Telegram } from './telegram.ts';
import type { Outcome } from './telegram-outcome.ts';
import { TelegramPresence } from './telegram-presence.ts';

export type SenderDeps = {
  sql: Sql;
  replica: string;
  settings: SettingsSource;
  /** The way to Telegram, or null while there is no token. */
  telegram: (settings: Settings) => Telegram | null;
  /** Whether a call may begin now. */
  held: () => boolean;
  /** The database's clock, ms since the epoch. */
  now: () => number;
  everyMs?: number;
};

/** What other replicas have stored is found by looking: an empty look is two probes of an index. */
const LOOK_EVERY_MS = 500;

const log = getLogger('notifier');

/** Sends what is stored: chats side by side, one post of a chat at a time. Runs in one process of the cluster. */
export class Sender {
  readonly rates = new SendRates();
  readonly #deps: SenderDeps;
  #presence = new TelegramPresence(false);
  readonly #sending = new Map<string, Promise<void>>();
  #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
    // Nothing is sent before the start has read what was sent by others.
    this.#stop.abort();
  }

  async start(awaySince: Date | null): Promise<void> {
    this.#stop = new AbortController();
    this.#presence = new TelegramPresence(awaySince !== null);
    for (const { chat, at, count } of await readRecentTries(this.#deps.sql)) {
      for (let sent = 0; sent < count; sent += 1) this.rates.note(chat, at.getTime());
    }
    withoutJobContext(() => {
      this.#timer = setInterval(() => this.look(), this.#deps.everyMs ?? LOOK_EVERY_MS);
    });
    this.look();
  }

  /** Sends what is under way and no more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#looking;
    await Promise.all(this.#sending.values());
  }

  /** There may be something to tell. */
  look(): void {
    if (this.#stop.signal.aborted || !this.#deps.held()) return;
    this.#lookAgain = true;
    this.#looking ??= withoutJobContext(() => this.#lookWhileAsked()).finally(() => {
      this.#looking = undefined;
    });
  }

  async #lookWhileAsked(): Promise<void> {
    while (this.#lookAgain && !this.#stop.signal.aborted) {
      this.#lookAgain = false;
      try {
        await this.#lookOnce();
      } catch (error) {
        log.debug('what is to be told cannot be read now', error);
      }
    }
  }

  async #lookOnce(): Promise<void> {
    const { sql, now } = this.#deps;
    const settings = await this.#deps.settings();
    const telegram = this.#deps.telegram(settings);
    if (telegram === null) return;
    for (const chat of await readChatsToCompose(sql)) {
      if (!this.#sending.has(chat)) await composePost(this.#deps, chat, settings, now());
    }
    // Asked before the reading: a post that is sent in the middle of it is still open in what is read.
    const busy = new Set(this.#sending.keys());
    const open = await readOpenPosts(sql);
    const due = open.filter(({ chat, dueAt }) => !busy.has(chat) && dueAt.getTime() <= now());
    for (const post of this.#mayGo(due)) {
      const sent = this.#deliver(post, telegram).finally(() => {
        this.#sending.delete(post.chat);
        // The next post of this chat, or the others once Telegram is back.
        this.look();
      });
      this.#sending.set(post.chat, sent);
    }
  }

  /** While Telegram is away one post at a time looks whether it is back, another one each time. */
  #mayGo(due: Post[]): Post[] {
    if (!this.#presence.away) return due;
    if (this.#sending.size > 0 || this.#deps.now() < this.#presence.lookAt) return [];
    const longestUntried = due.toSorted((a, b) => (a.triedAt?.getTime() ?? 0) - (b.triedAt?.getTime() ?? 0))[0];
    return longestUntried === undefined ? [] : [longestUntried];
  }

  /** Never rejects. */
  async #deliver(post: Post, telegram: Telegram): Promise<void> {
    try {
      const origins = await readOrigins(this.#deps.sql, post.id);
      for (const part of post.parts.slice(post.partsSent)) {
        const began = await this.#waitForRoom(post.chat);
        if (began === null) return;
        await noteTry(this.#deps.sql, post.id);
        const outcome = await telegram.send(post.chat, part, post.plain ? 'plain' : 'formatted');
        this.rates.settle(post.chat, began, this.#deps.now());
        const next = afterTry(outcome, {
          ...post,
          away: this.#presence.away,
          triedForMs: post.firstTriedAt === null ? 0 : this.#deps.now() - post.firstTriedAt.getTime(),
        });
        await this.#hear(outcome);
        await this.#record(post, next, origins);
        if (outcome.kind === 'slow_down') {
          const at = this.#deps.now();
          this.rates.waitUntil(post.chat, at + outcome.seconds * 1_000, at);
        }
        if (next.kind !== 'confirmed') return;
      }
      this.#tell(origins, (origin) =>
        log.info('told chat %s: %s (%d)', post.chat, origin.kinds, origin.messages, { reason: origin.kinds }),
      );
    } catch (error) {
      log.debug('what became of a message to chat %s is not written; it may arrive again', post.chat, error);
    }
  }

  /** Waits until the rates allow a message to this chat and notes it; null when this process may not send any more. */
  async #waitForRoom(chat: string): Promise<number | null> {
    for (;;) {
      if (this.#stop.signal.aborted || !this.#deps.held()) return null;
      const now = this.#deps.now();
      const free = this.rates.freeAt(chat, now);
      if (free <= now) {
        this.rates.note(chat, now);
        return now;
      }
      await pause(Math.min(free - now, 1_000), this.#stop.signal);
    }
  }

  async #record(post: Post, next: AfterTry, origins: PostOrigin[]): Promise<void> {
    const { sql } = this.#deps;
    switch (next.kind) {
      case 'confirmed':
        return await confirmPart(sql, post.id);
      case 'again':
        this.#tell(origins, () => log.debug('message to chat %s is tried again: %s', post.chat, next.error));
        return await postpone(sql, post.id, next);
      case 'dead':
        await bury(sql, post.id, next.error);
        // Of this service and of no job: the job that made it did its work.
        log.error('message to chat %s is given up: %s', post.chat, next.error, { reason: 'dead_letter' });
        return;
    }
  }

  async #hear(outcome: Outcome): Promise<void> {
    const { sql, now } = this.#deps;
    const change = this.#presence.hear(outcome.kind, now());
    if (change === 'gone' && (await noteGone(sql))) {
      const reason = 'reason' in outcome ? outcome.reason : '';
      const remedy = outcome.kind === 'token_refused' ? ': put the right bot_token into the configuration' : '';
      log.warn('Telegram does not take messages: %s%s; they wait and nothing is lost', reason, remedy);
    }
    if (change === 'back') {
      const since = await noteBack(sql);
      const seconds = since === null ? 0 : Math.round((now() - since.getTime()) / 1_000);
      log.info('Telegram takes messages again after %d s; %d wait', seconds, await countUntold(sql));
    }
  }

  /** Once in the context of each job whose messages the post tells. */
  #tell(origins: PostOrigin[], write: (origin: PostOrigin) => void): void {
    for (const origin of origins) runInContext(origin, () => write(origin));
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}

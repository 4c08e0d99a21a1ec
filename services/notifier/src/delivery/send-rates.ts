/**
 * What Telegram takes: one message a second to a chat, twenty a minute to a group, thirty a second in all. Kept below
 * our breath, because who goes over is told to wait for longer than was gained.
 */
const limits = {
  chat: { count: 1, windowMs: 1_000 },
  group: { count: 20, windowMs: 60_000 },
  all: { count: 30, windowMs: 1_000 },
} as const;

/** Telegram counts by its own clock, when a request arrives: two sent a second apart may arrive closer. */
const MARGIN_MS = 50;

/** Groups and channels have negative ids or a name; people's chats are positive. */
export function isGroup(chat: string): boolean {
  return chat.startsWith('-') || chat.startsWith('@');
}

/** When messages were sent, as far back as a limit looks, and who has been told to wait. Times in ms. */
export class SendRates {
  readonly #byChat = new Map<string, number[]>();
  #all: number[] = [];
  readonly #waits = new Map<string, number>();
  #waitAll = 0;

  /** The first moment, now or later, at which a message to this chat keeps every limit. */
  freeAt(chat: string, now: number): number {
    const own = this.#byChat.get(chat) ?? [];
    return Math.max(
      now,
      this.#waitAll,
      this.#waits.get(chat) ?? 0,
      freeIn(own, limits.chat),
      isGroup(chat) ? freeIn(own, limits.group) : 0,
      freeIn(this.#all, limits.all),
    );
  }

  note(chat: string, now: number): void {
    const since = now - limits.group.windowMs - MARGIN_MS;
    const own = (this.#byChat.get(chat) ?? []).filter((at) => at > since);
    this.#byChat.set(chat, [...own, now]);
    this.#all = [...this.#all.filter((at) => at > now - limits.all.windowMs - MARGIN_MS), now];
  }

  /** The message noted at `began` was taken by Telegram at some moment up to `ended`; the limits count from there. */
  settle(chat: string, began: number, ended: number): void {
    const moved = (times: readonly number[]): number[] => {
      const at = times.lastIndexOf(began);
      return at < 0 ? [...times] : [...times.toSpliced(at, 1), Math.max(began, ended)].toSorted((a, b) => a - b);
    };
    this.#byChat.set(chat, moved(this.#byChat.get(chat) ?? []));
    this.#all = moved(this.#all);
  }

  /**
   * Telegram has said how long to wait before the next message to this chat. A second chat that is told so while the
   * first one waits shows that the bot as a whole is meant.
   */
  waitUntil(chat: string, until: number, now: number): void {
    const othersWait = [...this.#waits].some(([other, at]) => other !== chat && at > now);
    this.#waits.set(chat, Math.max(until, this.#waits.get(chat) ?? 0));
    if (othersWait) this.#waitAll = Math.max(until, this.#waitAll);
  }
}

/** `sent` rises. */
function freeIn(sent: readonly number[], { count, windowMs }: { count: number; windowMs: number }): number {
  const oldest = sent.at(-count);
  return oldest === undefined ? 0 : oldest + windowMs + MARGIN_MS;
}

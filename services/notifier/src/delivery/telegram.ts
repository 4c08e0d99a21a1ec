import { withoutJobContext } from '@sluice/telemetry';
import { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { FormattedText } from '../texts/formatted-text.ts';
import { type Outcome, readOutcome } from './telegram-outcome.ts';

export type TelegramOptions = {
  token: string;
  /** Instead of Telegram's own address. */
  apiRoot: string | null;
  /** A call without an answer after so long counts as lost; it may have been carried out. */
  timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
/** Telegram holds a question for new commands that long. */
const POLL_SECONDS = 25;

/** The calls of the Bot API we make; nothing of a job's context leaves with them. */
export class Telegram {
  readonly #api: Api;
  readonly #polls: Api;

  constructor({ token, apiRoot, timeoutMs = TIMEOUT_MS }: TelegramOptions) {
    const root = apiRoot === null ? {} : { apiRoot };
    this.#api = new Api(token, { ...root, timeoutSeconds: timeoutMs / 1_000 });
    this.#polls = new Api(token, { ...root, timeoutSeconds: POLL_SECONDS + timeoutMs / 1_000 });
  }

  /** Never rejects. */
  async send(chat: string, { text, bold }: FormattedText, format: 'formatted' | 'plain'): Promise<Outcome> {
    const entities =
      format === 'plain' ? [] : bold.map(([from, to]) => ({ type: 'bold' as const, offset: from, length: to - from }));
    try {
      await withoutJobContext(() =>
        this.#api.sendMessage(chat, text, { entities, link_preview_options: { is_disabled: true } }),
      );
      return { kind: 'delivered' };
    } catch (error) {
      return readOutcome(error);
    }
  }

  /** What was written to the bot since `offset`; waits until there is something, half a minute at most. Rejects. */
  async updates(offset: number, signal: AbortSignal): Promise<Update[]> {
    return await withoutJobContext(() =>
      this.#polls.getUpdates(
        { offset, timeout: POLL_SECONDS, allowed_updates: ['message'] },
        signal as Parameters<Api['getUpdates']>[1],
      ),
    );
  }
}

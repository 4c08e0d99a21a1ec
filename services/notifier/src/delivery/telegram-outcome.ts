import { GrammyError, HttpError } from 'grammy';
import { hideSecrets } from '../texts/clean-text.ts';

/** What became of one message to Telegram, by what has to be done next. */
export type Outcome =
  | { kind: 'delivered' }
  /** Too many; the same message is taken after so long. */
  | { kind: 'slow_down'; seconds: number }
  /** No answer, or one that says that Telegram is in trouble. It may have been delivered all the same. */
  | { kind: 'away'; reason: string }
  /** The bot's token is not taken: no message can go until a person has put the right one in. */
  | { kind: 'token_refused'; reason: string }
  /** It would be taken without its format. */
  | { kind: 'format_refused'; reason: string }
  /** This chat cannot be reached, whatever is sent. `advice` says what to do. */
  | { kind: 'refused'; reason: string; advice: string };

/** Reads what grammY throws. The table follows https://core.telegram.org/bots/api#making-requests. */
export function readOutcome(error: unknown): Exclude<Outcome, { kind: 'delivered' }> {
  if (error instanceof GrammyError) {
    const reason = `${error.error_code} ${hideSecrets(error.description)}`;
    if (error.error_code === 429) return { kind: 'slow_down', seconds: error.parameters.retry_after ?? 5 };
    if (error.error_code >= 500) return { kind: 'away', reason };
    // An unknown bot is a 404 on every method.
    if (error.error_code === 401 || error.error_code === 404) return { kind: 'token_refused', reason };
    if (/parse entities|entity|entities/i.test(error.description)) return { kind: 'format_refused', reason };
    return { kind: 'refused', reason, advice: adviceFor(error) };
  }
  const cause = error instanceof HttpError ? error.error : error;
  return { kind: 'away', reason: hideSecrets(cause instanceof Error ? cause.message : String(cause)) };
}

function adviceFor({ error_code, description, parameters }: GrammyError): string {
  if (parameters.migrate_to_chat_id !== undefined) {
    return `the group has become a supergroup: put ${parameters.migrate_to_chat_id} in its place in the configuration and resend`;
  }
  if (/blocked by the user|bot was kicked|not a member/i.test(description)) {
    return 'the chat has blocked the bot or put it out: unblock or invite it, then resend';
  }
  if (/deactivated/i.test(description))
    return 'the account of this chat is gone: put another chat into the configuration';
  if (/chat not found/i.test(description)) {
    return 'Telegram knows no such chat: check its id in the configuration, and that somebody there has written to the bot first';
  }
  return error_code === 403
    ? 'the bot may not write to this chat: give it the right to, then resend'
    : 'Telegram does not take this message: see its reason';
}

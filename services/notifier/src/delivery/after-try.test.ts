import { GrammyError, HttpError } from 'grammy';
import { describe, expect, test } from 'vitest';
import { afterTry } from './after-try.ts';
import { readOutcome } from './telegram-outcome.ts';
import { TelegramPresence } from './telegram-presence.ts';

const refusal = (code: number, description: string, parameters = {}) =>
  readOutcome(new GrammyError('refused', { ok: false, error_code: code, description, parameters }, 'sendMessage', {}));
const fresh = { tries: 0, plain: false, away: false, triedForMs: 0 };

describe("Telegram's answer", () => {
  test.each([
    [429, 'Too Many Requests: retry after 17', { retry_after: 17 }, { kind: 'slow_down', seconds: 17 }],
    [502, 'Bad Gateway', {}, { kind: 'away' }],
    [401, 'Unauthorized', {}, { kind: 'token_refused' }],
    [404, 'Not Found', {}, { kind: 'token_refused' }],
    [400, "Bad Request: can't parse entities: Unsupported start tag", {}, { kind: 'format_refused' }],
    [
      403,
      'Forbidden: bot was blocked by the user',
      {},
      { kind: 'refused', advice: expect.stringContaining('unblock') },
    ],
    [400, 'Bad Request: chat not found', {}, { kind: 'refused', advice: expect.stringContaining('check its id') }],
    [
      400,
      'Bad Request: group chat was upgraded to a supergroup chat',
      { migrate_to_chat_id: -1001 },
      { kind: 'refused', advice: expect.stringContaining('-1001') },
    ],
  ])('%d %s says what to do next', (code, description, parameters, outcome) => {
    expect(refusal(code, description, parameters)).toMatchObject(outcome);
  });

  test('that does not come leaves open whether the message arrived, and its reason holds no token', () => {
    const url = `https://api.telegram.org/bot${'1234567'}:${'x'.repeat(35)}/sendMessage`;
    const lost = readOutcome(new HttpError('failed', new Error(`request to ${url} failed`)));
    expect(lost).toEqual({ kind: 'away', reason: 'request to https://api.telegram.org/bot***/sendMessage failed' });
  });
});

describe('a message', () => {
  test('waits as long as Telegram says, and that is no failed try', () => {
    expect(afterTry({ kind: 'slow_down', seconds: 17 }, fresh)).toMatchObject({
      kind: 'again',
      inMs: 17_000,
      tries: 0,
    });
  });

  test('whose format is refused goes without, once', () => {
    const outcome = refusal(400, "can't parse entities");
    expect(afterTry(outcome, fresh)).toMatchObject({ kind: 'again', inMs: 0, plain: true });
    expect(afterTry(outcome, { ...fresh, plain: true })).toMatchObject({ kind: 'dead' });
  });

  test('to a chat that has blocked the bot is given up at once, with what to do', () => {
    expect(afterTry(refusal(403, 'Forbidden: bot was blocked by the user'), fresh)).toEqual({
      kind: 'dead',
      error:
        '403 Forbidden: bot was blocked by the user: the chat has blocked the bot or put it out: unblock or invite it, then resend',
    });
  });

  test('is tried again later and later while others are served, and given up in the end', () => {
    const delays: number[] = [];
    let tries = 0;
    for (;;) {
      const next = afterTry({ kind: 'away', reason: 'x' }, { ...fresh, tries });
      if (next.kind !== 'again') break;
      delays.push(next.inMs / 1_000);
      ({ tries } = next);
    }
    expect(delays.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(delays.at(-1)).toBe(600);
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(3_600);
  });

  test('is not given up for an outage of less than a day', () => {
    expect(afterTry({ kind: 'away', reason: 'x' }, { ...fresh, tries: 19, away: true })).toMatchObject({
      kind: 'again',
      tries: 19,
    });
  });
});

test('a message that Telegram has answered with its own errors for a day is given up, whoever else is served', () => {
  const day = { triedForMs: 24 * 3_600_000 };
  for (const away of [true, false]) {
    expect(afterTry({ kind: 'away', reason: '502 Bad Gateway' }, { ...fresh, ...day, away })).toEqual({
      kind: 'dead',
      error: '502 Bad Gateway: tried for a day; resend it once Telegram takes messages for this chat',
    });
  }
  expect(afterTry({ kind: 'slow_down', seconds: 5 }, { ...fresh, ...day })).toMatchObject({ kind: 'again' });
});

describe('Telegram', () => {
  test('is gone after three failures in a row, told once, and back with the first message that arrives', () => {
    const presence = new TelegramPresence(false);
    const heard = (['away', 'delivered', 'away', 'away', 'away', 'away', 'delivered', 'delivered'] as const).map(
      (one) => presence.hear(one, 0),
    );
    expect(heard).toEqual([null, null, null, null, 'gone', null, 'back', null]);
  });

  test('is gone at once when it does not know the bot', () => {
    expect(new TelegramPresence(false).hear('token_refused', 0)).toBe('gone');
  });

  test('that is gone is looked for every second at first and every half minute in the end', () => {
    const presence = new TelegramPresence(false);
    const pauses = Array.from({ length: 10 }, () => {
      presence.hear('away', 0);
      return presence.lookAt / 1_000;
    });
    expect(pauses).toEqual([0, 0, 1, 2, 4, 8, 16, 30, 30, 30]);
  });

  test('a refused message shows that Telegram is there', () => {
    const presence = new TelegramPresence(true);
    expect(presence.hear('refused', 0)).toBe('back');
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isGroup, SendRates } from './send-rates.ts';

const chats = fc.constantFrom('1', '2', '3', '-100', '-200', '@channel');

/** Sends each message as soon as the rates let it go, and answers when each went. */
function sendAll(messages: readonly { chat: string; after: number }[]): { chat: string; at: number }[] {
  const rates = new SendRates();
  let now = 1_000_000;
  return messages.map(({ chat, after }) => {
    now = rates.freeAt(chat, now + after);
    rates.note(chat, now);
    return { chat, at: now };
  });
}

function mostWithin(times: readonly number[], windowMs: number): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
}

test('no order of messages exceeds one a second to a chat, twenty a minute to a group, thirty a second in all', () => {
  const message = fc.record({ chat: chats, after: fc.integer({ min: 0, max: 400 }) });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 120 }), (messages) => {
      const sent = sendAll(messages);
      expect(
        mostWithin(
          sent.map(({ at }) => at),
          1_000,
        ),
      ).toBeLessThanOrEqual(30);
      for (const [chat, ofChat] of Map.groupBy(sent, ({ chat: one }) => one)) {
        const times = ofChat.map(({ at }) => at);
        expect(mostWithin(times, 1_000)).toBeLessThanOrEqual(1);
        if (isGroup(chat)) expect(mostWithin(times, 60_000)).toBeLessThanOrEqual(20);
      }
    }),
    { numRuns: 100 },
  );
});

test('all chats together wait when thirty messages went out within a second', () => {
  const sent = sendAll(Array.from({ length: 31 }, (_, at) => ({ chat: String(at), after: 0 })));
  expect(sent[29]!.at).toBe(sent[0]!.at);
  expect(sent[30]!.at).toBeGreaterThanOrEqual(sent[0]!.at + 1_000);
});

test('a chat that was told to wait holds up no other, until a second one is told so as well', () => {
  const rates = new SendRates();
  rates.waitUntil('-100', 60_000, 1_000);
  expect(rates.freeAt('-100', 1_000)).toBe(60_000);
  expect(rates.freeAt('1', 1_000)).toBe(1_000);
  rates.waitUntil('1', 31_000, 2_000);
  expect(rates.freeAt('2', 2_000)).toBe(31_000);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BodyValue, printBody } from './body-value.ts';
import { normaliseAlert } from './normalise-alert.ts';
import { readBody } from './read-body.ts';

function body(value: unknown): BodyValue {
  const reading = readBody(typeof value === 'string' ? value : JSON.stringify(value));
  if (reading.kind === 'unreadable') throw new Error(JSON.stringify(reading.errors));
  return reading.body;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) freeze(member);
  return Object.freeze(value);
}

test('a body without orders becomes a batch of one, without the fields of the alert', () => {
  const result = normaliseAlert(
    body({
      group_name: 'test1',
      token: 't',
      alert_id: 'a',
      timestamp: 'now',
      batch_mode: false,
      symbol: 'BTC/USDT',
      x: 1,
    }),
  );
  if (result.kind !== 'alert') throw new Error('refused');
  expect(printBody(result.alert.orders)).toBe('[{"symbol":"BTC/USDT","x":1}]');
  expect(result.alert).toMatchObject({ groupName: 'test1', token: 't', alertId: 'a', timestamp: 'now', batch: false });
});

test('a batch passes as it is, and a field beside it is named', () => {
  const given = body({ group_name: 'g', token: 't', batch_mode: true, orders: [{ side: 'buy' }], comment: 'hi' });
  const result = normaliseAlert(given);
  if (result.kind !== 'alert') throw new Error('refused');
  expect(result.alert.orders).toBe((given as { orders: BodyValue }).orders);
  expect(result.alert.unread).toEqual(['comment']);
});

test.each(['[]', '"x"', '5', 'null', 'true'])('a body that is %s is refused', (text) => {
  expect(normaliseAlert(body(text)).kind).toBe('refused');
});

test('the body given is never changed', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.boolean(), (text, batch) => {
      fc.pre(!text.includes('__proto__'));
      const given = freeze(body(`{"group_name":"g","token":"t",${batch ? '"orders"' : '"extra"'}:${text}}`));
      const before = printBody(given);
      normaliseAlert(given);
      expect(printBody(given)).toBe(before);
    }),
    { numRuns: 1_000 },
  );
});

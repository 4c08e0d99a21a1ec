import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientOrderId, isOurs } from './client-order-id.ts';

const orderUuid = '3f0c6e0a-5a43-4a3e-9f57-0f8f1d3a2b11';
const installations = fc.stringMatching(/^[A-Za-z0-9_-]{1,14}$/);

describe('A client order id', () => {
  test('stays the same for the same attempt, so that a resend is recognised', () => {
    const id = clientOrderId({ installation: 'demo', orderUuid, attempt: 1 });
    expect(id).toBe(clientOrderId({ installation: 'demo', orderUuid, attempt: 1 }));
    // Written down: an installation that is upgraded must still recognise what it placed before.
    expect(id).toMatchInlineSnapshot(`"demo-oE6ydtxbxkHGwqoZ1rWOX"`);
  });

  test('is made of what every exchange accepts, and is ours alone', () => {
    fc.assert(
      fc.property(installations, installations, fc.uuid(), fc.nat(), (installation, other, uuid, attempt) => {
        const id = clientOrderId({ installation, orderUuid: uuid, attempt });
        expect(id).toMatch(/^[A-Za-z0-9_-]{1,36}$/);
        expect(isOurs(id, installation)).toBe(true);
        if (other !== installation) expect(isOurs(id, other)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test('differs between attempts, orders and installations', () => {
    const ids = ['a', 'b'].flatMap((installation) =>
      [orderUuid, orderUuid.replace('3', '4')].flatMap((uuid) =>
        Array.from({ length: 500 }, (_, attempt) => clientOrderId({ installation, orderUuid: uuid, attempt })),
      ),
    );
    expect(new Set(ids).size).toBe(2_000);
  });

  test('of another program, or of a person at the exchange, is foreign', () => {
    for (const id of ['', 'demo', 'demo-', 'web_9vHk2', 'demo-short', 'android_demo-000000000000000000000']) {
      expect(isOurs(id, 'demo')).toBe(false);
    }
  });

  test('needs an installation name that leaves room for the hash', () => {
    for (const installation of ['', 'x'.repeat(15), 'with space', 'with.dot']) {
      expect(() => clientOrderId({ installation, orderUuid, attempt: 1 })).toThrow('installation');
    }
  });
});

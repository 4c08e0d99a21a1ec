import { expect, test } from 'vitest';
import { seal, sealingKey, unseal } from './sealed-token.ts';

const key = sealingKey(Buffer.alloc(32, 1).toString('base64'));
const other = sealingKey(Buffer.alloc(32, 2).toString('base64'));

test('a sealed token opens with its key and for its owner alone', () => {
  const sealed = seal('demo-token', 'app', key);
  expect(sealed.toString('latin1')).not.toContain('demo-token');
  expect(unseal(sealed, 'app', key)).toBe('demo-token');
  expect(unseal(sealed, 'app', other)).toBeNull();
  expect(unseal(sealed, 'another app', key)).toBeNull();
});

test('a token that was changed in the database does not open, however short', () => {
  const sealed = seal('demo-token', 'app', key);
  sealed[sealed.length - 1]! ^= 1;
  expect(unseal(sealed, 'app', key)).toBeNull();
  expect(unseal(Buffer.alloc(5), 'app', key)).toBeNull();
});

test('the same token is sealed differently each time, and keys are told apart by their ids', () => {
  expect(seal('demo-token', 'app', key)).not.toEqual(seal('demo-token', 'app', key));
  expect(key.id).not.toBe(other.id);
});

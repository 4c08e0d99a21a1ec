import { expect, test } from 'vitest';
import { haltReason } from './halts.ts';

const all = { scope: 'all', name: '', reason: 'news' } as const;
const strategy = { scope: 'strategy', name: 's1', reason: 'it misfires' } as const;
const account = { scope: 'account', name: 'a1', reason: 'audit' } as const;

test('nothing is halted without a switch, or by that of another strategy or account', () => {
  expect(haltReason([], 's1', 'a1')).toBeNull();
  expect(haltReason([strategy, account], 's2', 'a2')).toBeNull();
});

test('a strategy named like an account is not halted by it', () => {
  expect(haltReason([{ ...account, name: 'main' }], 'main', 'other')).toBeNull();
  expect(haltReason([{ ...strategy, name: 'main' }], 'other', 'main')).toBeNull();
});

test('the widest switch is the reason given', () => {
  expect(haltReason([account], 's1', 'a1')).toBe('account a1: audit');
  expect(haltReason([account, strategy], 's1', 'a1')).toBe('strategy s1: it misfires');
  expect(haltReason([account, strategy, all], 's1', 'a1')).toBe('news');
});

import { expect, test } from 'vitest';
import { mayCommand } from './chat-rights.ts';

const commanders = new Map([
  ['-100', ['7']],
  ['@desk', ['8']],
]);

test.each([
  ['the owner of a private chat', ['101'], { isPrivate: true, user: '1' }, true],
  ['a user named for the group', ['-100'], { isPrivate: false, user: '7' }, true],
  ['a user named for the group by its public name', ['-5', '@desk'], { isPrivate: false, user: '8' }, true],
  ['another member', ['-100'], { isPrivate: false, user: '8' }, false],
  ['who writes as the group itself', ['-100'], { isPrivate: false, user: null }, false],
  ['anybody in a group for which nobody is named', ['-200'], { isPrivate: false, user: '7' }, false],
])('%s', (_who, names, sender, may) => {
  expect(mayCommand(names, sender, commanders)).toBe(may);
});

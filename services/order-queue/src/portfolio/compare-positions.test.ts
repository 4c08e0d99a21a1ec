import { expect, test } from 'vitest';
import { comparePositions } from './compare-positions.ts';

const own = (quantity: string, version = quantity) => [{ symbol: 'BTC/USDT', quantity, version }];
const theirs = (quantity: string) => [{ symbol: 'BTC/USDT', quantity, entryPrice: '1' }];
const seen = (unattributed: string, announced = '0') => [{ symbol: 'BTC/USDT', unattributed, announced }];

test.each([
  ['agreement is nothing to store', own('0.3'), theirs('0.3'), [], []],
  [
    'a difference is shown at once and told of by nobody yet',
    own('0.3'),
    theirs('0.5'),
    [],
    [{ unattributed: '0.2', tell: false, announced: '0' }],
  ],
  [
    'the same difference a second time is told',
    own('0.3'),
    theirs('0.5'),
    seen('0.2'),
    [{ unattributed: '0.2', tell: true, announced: '0.2' }],
  ],
  [
    'and not a third time',
    own('0.3'),
    theirs('0.5'),
    seen('0.2', '0.2'),
    [{ unattributed: '0.2', tell: false, announced: '0.2' }],
  ],
  [
    'another difference waits for its second time',
    own('0.3'),
    theirs('0.6'),
    seen('0.2', '0.2'),
    [{ unattributed: '0.3', tell: false, announced: '0.2' }],
  ],
  [
    'its end is told as well',
    own('0.3'),
    theirs('0.3'),
    seen('0', '0.2'),
    [{ unattributed: '0', tell: true, announced: '0' }],
  ],
  ['what only the exchange has is all of it', [], theirs('-2'), [], [{ unattributed: '-2', tell: false }]],
  ['what only we have is missing there', own('1'), [], seen('-1'), [{ unattributed: '-1', tell: true }]],
] as const)('%s', (_, ours, exchange, compared, expected) => {
  expect(comparePositions(ours, exchange, ours, compared)).toMatchObject(expected);
});

test('a symbol that traded while the exchange was asked is left to the next look', () => {
  expect(comparePositions(own('0.3'), theirs('0.5'), own('0.5'), seen('0.2'))).toEqual([]);
});

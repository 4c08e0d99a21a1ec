import { describe, expect, test } from 'vitest';
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

describe('Of an account’s holdings', () => {
  const holding = (symbol: string, quantity: string) => ({ symbol, quantity, entryPrice: null });
  const traded = (symbol: string, quantity: string) => ({ symbol, quantity, version: quantity });

  test('what was never traded is its owner’s, and nobody is told of it', () => {
    const found = comparePositions([], [holding('BNB/USDT', '3'), holding('BTC/USDT', '1')], [], [], 'holdings');
    expect(found).toEqual([]);
  });

  test('what is held beyond our fills of it is a difference like any other', () => {
    const ours = [traded('BTC/USDT', '0.3')];
    const found = comparePositions(ours, [holding('BTC/USDT', '0.5')], ours, [], 'holdings');
    expect(found).toMatchObject([{ symbol: 'BTC/USDT', ours: '0.3', exchange: '0.5', unattributed: '0.2' }]);
  });

  test('an asset that is traded against two currencies is held once', () => {
    const ours = [traded('BTC/USDC', '0.2'), traded('BTC/USDT', '0.3')];
    expect(comparePositions(ours, [holding('BTC/USDT', '0.5')], ours, [], 'holdings')).toEqual([]);
  });
});

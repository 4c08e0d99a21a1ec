import { Decimal } from '@sluice/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rebalanceCapital, type SharedCapital } from './rebalance-capital.ts';

const HOUR = 3_600_000;
const rules = { threshold: new Decimal(5), minIntervalMs: 6 * HOUR };
const now = 100 * HOUR;

type Link = [strategy: string, share: string, amount: string | null, hoursAgo?: number, allottedShare?: string];

function capital(balance: string, links: Link[], inFlight = 0): SharedCapital {
  return {
    balance: new Decimal(balance),
    inFlight,
    links: links.map(([strategy, share, amount, hoursAgo = 24, allottedShare = share]) => ({
      strategy,
      share: new Decimal(share),
      amount: amount === null ? null : new Decimal(amount),
      allottedShare: amount === null ? null : new Decimal(allottedShare),
      allottedAt: amount === null ? null : now - hoursAgo * HOUR,
    })),
  };
}

test.each<[string, SharedCapital, string]>([
  ['nobody has a share', capital('1000', []), 'nothing_shared'],
  [
    'a share that is not allotted yet is allotted elsewhere, at once',
    capital('1000', [['a', '50', null]]),
    'nothing_shared',
  ],
  ['so is one that was changed', capital('1000', [['a', '50', '100', 24, '10']]), 'nothing_shared'],
  ['an exchange that tells of no balance', capital('0', [['a', '50', '500']]), 'no_balance'],
  ['just below the threshold', capital('1049.9', [['a', '50', '500']]), 'within_threshold'],
  ['at the threshold', capital('1050', [['a', '50', '500']]), 'threshold'],
  ['a fall counts as a rise does', capital('950', [['a', '50', '500']]), 'threshold'],
  ['allotted a moment too late ago', capital('2000', [['a', '50', '500', 5.9]]), 'too_soon'],
  ['exactly the interval ago', capital('2000', [['a', '50', '500', 6]]), 'threshold'],
  [
    'one of two was allotted too late ago',
    capital('2000', [
      ['a', '50', '500'],
      ['b', '10', '100', 1],
    ]),
    'too_soon',
  ],
  ['an order is on its way', capital('2000', [['a', '50', '500']], 1), 'in_flight'],
])('%s', (_, given, rule) => {
  expect(rebalanceCapital(given, rules, now).rule).toBe(rule);
});

test('what is allotted anew is each share of the balance, with what it was', () => {
  const decided = rebalanceCapital(
    capital('1200', [
      ['a', '50', '500'],
      ['b', '12.5', '125'],
      ['new', '10', null],
    ]),
    rules,
    now,
  );
  expect(decided).toMatchObject({ kind: 'allot', why: 'it has moved by 20 %, at least 5 %' });
  expect(
    decided.kind === 'allot' &&
      decided.allotments.map(({ strategy, old, amount }) => [strategy, old.toFixed(), amount.toFixed()]),
  ).toEqual([
    ['a', '500', '600'],
    ['b', '125', '150'],
  ]);
});

test('what was just allotted moves nothing, whatever the shares and the balance', () => {
  const share = fc.integer({ min: 1, max: 2_500 }).map((hundredths) => new Decimal(hundredths).div(100));
  fc.assert(
    fc.property(
      fc.array(share, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 10 ** 9 }),
      (shares, cents) => {
        const balance = new Decimal(cents).div(100);
        const links = shares.map((of, index) => ({
          strategy: String(index),
          share: of,
          amount: balance.mul(of).div(100),
          allottedShare: of,
          allottedAt: 0,
        }));
        expect(rebalanceCapital({ balance, links, inFlight: 0 }, rules, now).rule).toBe('within_threshold');
      },
    ),
  );
});

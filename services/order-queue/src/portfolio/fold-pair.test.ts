import { Decimal, type Side } from '@sluice/contracts';
import { expect, test } from 'vitest';
import { type FillEntry, foldPair, type PairEntry } from './fold-pair.ts';
import type { PositionRules } from './position.ts';

const futures: PositionRules = { symbol: 'BTC/USDT', spot: false };
const spot: PositionRules = { symbol: 'BTC/USDT', spot: true };

let sequence = 0;
function fill(
  strategy: string,
  side: Side,
  quantity: string,
  price: string,
  fee = '0',
  feeCurrency = 'USDT',
): FillEntry {
  sequence += 1;
  return {
    kind: 'fill',
    strategy,
    orderId: sequence,
    side,
    quantity: new Decimal(quantity),
    price: new Decimal(price),
    fee: new Decimal(fee),
    feeCurrency,
    at: sequence,
    id: String(sequence),
    source: sequence,
  };
}

const account = { foreign: new Decimal(0), at: 1_000, id: '1000', source: 1_000 };

function positions(entries: PairEntry[], rules = futures) {
  const { state } = foldPair(new Map(), entries, rules);
  return Object.fromEntries(
    [...state].map(([strategy, position]) => [
      strategy,
      {
        quantity: position.quantity.toFixed(),
        entry: position.quantity.isZero() ? null : position.cost.div(position.quantity).toFixed(),
        realized: position.realized.toFixed(),
        fees: position.fees.toFixed(),
        funding: position.funding.toFixed(),
        ...(Object.keys(position.otherFees).length === 0 ? {} : { other: position.otherFees.BNB?.toFixed() }),
      },
    ]),
  );
}

test.each<[string, FillEntry[], object]>([
  [
    'buying more averages the entry',
    [fill('s', 'buy', '1', '100'), fill('s', 'buy', '3', '200')],
    { quantity: '4', entry: '175', realized: '0' },
  ],
  [
    'selling a part realizes it at the average and leaves the entry',
    [fill('s', 'buy', '1', '100'), fill('s', 'buy', '1', '200'), fill('s', 'sell', '0.5', '250')],
    { quantity: '1.5', entry: '150', realized: '50' },
  ],
  [
    'a short earns when the price falls',
    [fill('s', 'sell', '2', '100'), fill('s', 'buy', '1', '90')],
    { quantity: '-1', entry: '100', realized: '10' },
  ],
  [
    'selling through zero closes all of it and opens the rest at the price it was sold at',
    [fill('s', 'buy', '1', '100'), fill('s', 'sell', '3', '110')],
    { quantity: '-2', entry: '110', realized: '10' },
  ],
  [
    'buying through zero as well',
    [fill('s', 'sell', '1', '100'), fill('s', 'buy', '1.5', '120')],
    { quantity: '0.5', entry: '120', realized: '-20' },
  ],
  [
    'a flat position has no entry',
    [fill('s', 'buy', '0.3', '100'), fill('s', 'sell', '0.1', '101'), fill('s', 'sell', '0.2', '102')],
    { quantity: '0', entry: null, realized: '0.5' },
  ],
  [
    'an entry that has no end as a quotient loses no digit of the profit',
    [
      fill('s', 'buy', '3', '10'),
      fill('s', 'buy', '4', '11'),
      fill('s', 'sell', '1', '10'),
      fill('s', 'sell', '6', '10'),
    ],
    { quantity: '0', realized: '-4' },
  ],
  [
    'fees add up apart from the profit, rebates against them',
    [fill('s', 'buy', '1', '100', '0.05'), fill('s', 'sell', '1', '101', '-0.02')],
    { realized: '1', fees: '0.03' },
  ],
  [
    'a fee in another currency is kept in that currency',
    [fill('s', 'buy', '1', '100', '0.001', 'BNB'), fill('s', 'sell', '1', '100', '0.002', 'BNB')],
    { fees: '0', other: '0.003' },
  ],
])('%s', (_, entries, expected) => {
  expect(positions(entries).s).toMatchObject(expected);
});

test('on a spot market a fee in what was bought makes the holding smaller and is a fee at that price', () => {
  const bought = fill('s', 'buy', '1', '100', '0.001', 'BTC');
  expect(positions([bought], spot).s).toMatchObject({ quantity: '0.999', entry: '100', realized: '0', fees: '0.1' });
  const sold = [bought, fill('s', 'sell', '0.999', '110')];
  expect(positions(sold, spot).s).toMatchObject({ quantity: '0', realized: '9.99', fees: '0.1' });
});

test('on a spot market nothing is ever short: what is sold beyond the holding was not bought here', () => {
  const entries = [fill('s', 'buy', '1', '100'), fill('s', 'sell', '3', '110')];
  expect(positions(entries, spot).s).toMatchObject({ quantity: '0', realized: '10' });
});

test('funding is split by what each strategy held: the short beside a larger long receives', () => {
  const funding: PairEntry = { ...account, kind: 'funding', amount: new Decimal('-0.3') };
  const held = [
    fill('long', 'buy', '4', '100'),
    fill('short', 'sell', '1', '100'),
    fill('flat', 'buy', '1', '100'),
    fill('flat', 'sell', '1', '100'),
  ];
  const all = positions([...held, funding]);
  expect([all.long?.funding, all.short?.funding, all.flat?.funding]).toEqual(['-0.4', '0.1', '0']);
});

test("the part of funding that a foreign position pays is nobody's", () => {
  const funding: PairEntry = { ...account, foreign: new Decimal(3), kind: 'funding', amount: new Decimal('-0.4') };
  expect(positions([fill('s', 'buy', '1', '100'), funding]).s?.funding).toBe('-0.1');
});

test('a liquidation closes the positions of its side by their size, and no other', () => {
  const liquidation: PairEntry = {
    ...account,
    kind: 'liquidation',
    side: 'sell',
    quantity: new Decimal('0.3'),
    price: new Decimal(90),
    fee: new Decimal('0.3'),
    feeCurrency: 'USDT',
  };
  const held = [fill('a', 'buy', '0.3', '100'), fill('b', 'buy', '0.1', '100'), fill('c', 'sell', '0.1', '100')];
  expect(positions([...held, { ...liquidation, quantity: new Decimal('0.4') }])).toMatchObject({
    a: { quantity: '0', realized: '-3', fees: '0.225' },
    b: { quantity: '0', realized: '-1', fees: '0.075' },
    c: { quantity: '-0.1', realized: '0' },
  });
  // In whole steps, so that what is left can be closed.
  expect(positions([...held, liquidation])).toMatchObject({ a: { quantity: '0' }, b: { quantity: '0.1' } });
});

import { readFileSync } from 'node:fs';
import { liveTypeOfKind } from '@sluice/contracts';
import { expect, test } from 'vitest';
import { orderStatuses } from './order.ts';
import { moves } from './order-status.ts';

const document = readFileSync(new URL('../../../../docs/order-lifecycle.md', import.meta.url), 'utf8');

function rowsBelow(heading: string): string[][] {
  const section = document.split(`## ${heading}\n`)[1]!.split('\n## ')[0]!;
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('|---'))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('the documented moves are the moves of the code, with their reasons', () => {
  expect(rowsBelow('Every legal move')).toEqual(moves.map(({ from, to, by, why }) => [from, to, by, why ?? '']));
});

test('every status is documented', () => {
  expect(rowsBelow('Statuses').map(([status]) => status)).toEqual([...orderStatuses]);
});

test('every kind of event is documented, with what it is told live as', () => {
  const documented = rowsBelow('Events').flatMap(([kinds, , types]) => {
    const told = types!.split(', ');
    return kinds!.split(', ').map((kind, place) => [kind, told[place] === '-' ? null : told[place]]);
  });
  expect(Object.fromEntries(documented)).toEqual(liveTypeOfKind);
});

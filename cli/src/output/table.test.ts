import { expect, test } from 'vitest';
import { age } from './age.ts';
import { type Column, fieldLines, tableLines } from './table.ts';

const columns: Column<{ id: number; name: string | null }>[] = [
  { head: 'ID', of: (row) => row.id, right: true },
  { head: 'NAME', of: (row) => row.name },
  { head: 'NOTE', of: () => 'x', wide: true },
];

test('columns are aligned under their headings, numbers to the right, without spaces at the ends', () => {
  const rows = [
    { id: 7, name: 'main' },
    { id: 1234, name: null },
  ];
  expect(tableLines(columns, rows)).toEqual(['  ID  NAME', '   7  main', '1234  -']);
  expect(tableLines(columns, rows, true)[1]).toBe('   7  main  x');
  expect(tableLines(columns, [])).toEqual(['ID  NAME']);
});

test('fields stand below each other', () => {
  expect(
    fieldLines([
      ['Id', 7],
      ['Waits', null],
    ]),
  ).toEqual(['Id:     7', 'Waits:  -']);
});

test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [7_199, '119m'],
  [3 * 3_600 + 20 * 60, '3h20m'],
  [47 * 3_600, '47h'],
  [200 * 3_600, '8d'],
])('%d seconds ago reads %s', (seconds, text) => {
  expect(age(new Date(0).toISOString(), seconds * 1_000)).toBe(text);
});

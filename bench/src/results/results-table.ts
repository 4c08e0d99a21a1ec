import Table from 'cli-table3';
import pc from 'picocolors';
import type { ResultRow } from './result-row.ts';

/** All rows as a person reads them. */
export function resultsTable(rows: readonly ResultRow[]): string {
  const table = new Table({
    head: ['', 'what', 'value', 'floor', 'ratio', 'aim', ''],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'left'],
    colWidths: [null, 62, null, null, null, null, null],
    wordWrap: true,
    style: { head: pc.isColorSupported ? ['bold'] : [], border: pc.isColorSupported ? ['dim'] : [], compact: true },
  });
  for (const row of rows) {
    table.push([
      row.id,
      row.what,
      row.value === null ? 'not run' : figure(row.value, row.unit),
      row.floor === null ? '' : figure(row.floor, row.unit),
      row.ratio === null ? '' : `${row.ratio} ×`,
      row.aim ?? '',
      row.met === null ? '' : row.met ? pc.green('met') : pc.yellow('missed'),
    ]);
  }
  return table.toString();
}

function figure(value: number, unit: string): string {
  return unit === '' ? String(value) : `${value} ${unit}`;
}

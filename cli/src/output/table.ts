/** A column of a list: its heading and what stands in it; null reads `-`. `wide` ones are shown with `-o wide` only. */
export type Column<T> = { head: string; of: (row: T) => string | number | null | undefined; right?: true; wide?: true };

/** Rows under headings, aligned, without lines and without spaces at the ends, so that `awk` can read them. */
export function tableLines<T>(columns: readonly Column<T>[], rows: readonly T[], wide = false): string[] {
  const shown = columns.filter((column) => wide || !column.wide);
  const cells = [
    shown.map(({ head }) => head),
    ...rows.map((row) => shown.map(({ of }) => String(of(row) ?? '-') || '-')),
  ];
  const widths = shown.map((_, at) => Math.max(...cells.map((line) => line[at]!.length)));
  return cells.map((line) =>
    line
      .map((cell, at) => (shown[at]!.right ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** Names and values below each other, values aligned; null reads `-`. */
export function fieldLines(fields: readonly [string, string | number | boolean | null | undefined][]): string[] {
  const width = Math.max(...fields.map(([name]) => name.length)) + 1;
  return fields.map(([name, value]) => `${`${name}:`.padEnd(width)}  ${value ?? '-'}`);
}

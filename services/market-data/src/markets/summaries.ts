import type { FactChanges } from './fact-changes.ts';
import type { FieldChange } from './field-changes.ts';
import type { PrecisionChanges } from './precision-changes.ts';
import type { SymbolListChanges } from './symbol-list.ts';

/** Names in one log line; a first run would otherwise list hundreds. */
const namedAtMost = 5;

export function symbolListSummary(read: number, { added, changed, gone }: SymbolListChanges): string {
  return joined([
    `${read} symbols listed`,
    counted(added, 'new'),
    counted(
      changed.map(({ symbol, from, to }) => `${symbol} ${from} → ${to}`),
      'with another status',
    ),
    counted(gone, 'no longer listed, now closed'),
  ]);
}

export function precisionSummary(read: number, { added, changes, unusable }: PrecisionChanges): string {
  return joined([
    `precision of ${read - unusable.length} symbols`,
    counted(added, 'new'),
    counted(changes.map(described), 'changed'),
    counted(unusable, 'left out without a usable tick or step'),
  ]);
}

export function factsSummary(read: number, { added, changes, unusable }: FactChanges): string {
  return joined([
    `facts of ${read - unusable.length} symbols`,
    counted(added, 'new'),
    counted(changes.map(described), 'changed'),
    counted(unusable, 'left out without a contract size'),
  ]);
}

function described({ symbol, field, from, to }: FieldChange): string {
  const words = field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${symbol} ${words} ${shown(from)} → ${shown(to)}`;
}

function shown(value: FieldChange['from']): string | number {
  if (value === null) return 'none';
  return typeof value === 'object' ? value.map(({ from, tick }) => `${tick} from ${from}`).join(', ') : value;
}

function counted(names: readonly string[], what: string): string | null {
  if (names.length === 0) return null;
  const more = names.length - namedAtMost;
  const shown = names.slice(0, namedAtMost).join(', ');
  return `${names.length} ${what} (${shown}${more > 0 ? ` and ${more} more` : ''})`;
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join('; ');
}

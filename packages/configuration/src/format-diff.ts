import { isDeepStrictEqual } from 'node:util';
import type { Change, ConfigurationDiff, FieldChange } from './diff-configuration.ts';

const signs = { added: '+', returned: '+', removed: '-', changed: '~' } as const;

/** The difference as lines for a person; a token shows only that it changed. */
export function formatDiff({ changes, refusals }: ConfigurationDiff): string[] {
  const lines = changes.map(formatChange);
  lines.push(...refusals.map(({ name, message }) => `! ${name} ${message}.`));
  return lines.length > 0 ? lines : ['No difference: what is applied already reads like this file.'];
}

/** The difference for a program: fields are named as in the file, and of a token nothing is told but that it changed. */
export function diffAsJson({ changes, refusals }: ConfigurationDiff): object {
  const told = ({ field, from, to }: FieldChange) =>
    field === 'tokenHash' ? { field: 'token' } : { field: asInFile(field), from, to };
  return { changes: changes.map((change) => ({ ...change, fields: change.fields.map(told) })), refusals };
}

function formatChange({ kind, what, name, fields }: Change): string {
  const head = `${signs[kind]} ${what} ${name}`;
  switch (kind) {
    case 'added':
      return [head, fields.filter(isSaid).map(formatNew).join(', ')].filter(Boolean).join(': ');
    case 'returned':
      return [`${head}: listed again`, ...fields.map(formatChanged)].join(', ');
    case 'changed':
      return `${head}: ${fields.map(formatChanged).join(', ')}`;
    case 'removed':
      return `${head}: ${meaningOfRemoval[what]}`;
  }
}

const meaningOfRemoval: Record<Change['what'], string> = {
  strategy: 'no new alerts; its pending orders are cancelled, live ones tracked to their end',
  account: 'no new orders; its pending orders are cancelled, live ones tracked to their end',
  link: 'no new orders of the strategy there; its pending orders are cancelled, live ones tracked to their end',
  venue: 'no account of the file is on it',
  installation: 'renamed',
  job: 'runs as the catalogue says again',
};

/** What most files leave out: saying it of every new thing would bury what was written. */
const usual: Record<string, unknown> = {
  active: true,
  egress: 'default',
  closedDays: [],
  openDays: [],
  specialHours: {},
  marginMode: 'cross',
  maxAgeMs: 30_000,
  chats: [],
  language: 'ko',
  chatLanguages: {},
  chatCommanders: {},
  receiptsDays: 90,
  eventsDays: 30,
  runsDays: 14,
  reserve: { buy: 0, sell: 0, conditional: 0 },
  rebalance: { threshold: '5', minIntervalHours: '6' },
};

/** Of a new thing, its name stands in front already, and settings left empty or as usual say nothing. */
function isSaid({ field, to }: FieldChange): boolean {
  return field !== 'name' && to !== null && !isDeepStrictEqual(to, usual[field]);
}

function formatNew({ field, to }: FieldChange): string {
  return field === 'tokenHash' ? 'token set' : `${asInFile(field)} ${show(field, to)}`;
}

function formatChanged({ field, from, to }: FieldChange): string {
  return field === 'tokenHash' ? 'token changed' : `${asInFile(field)} ${show(field, from)} → ${show(field, to)}`;
}

function asInFile(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function show(field: string, value: unknown): string {
  if (value === null) return field === 'endpoint' ? 'the exchange itself' : 'none';
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  if (typeof value === 'object') {
    const inner = Object.entries(value as object).map(([key, part]) => `${key}: ${part}`);
    return `{ ${inner.join(', ')} }`;
  }
  return String(value);
}

import { isDeepStrictEqual } from 'node:util';
import type { Configuration, StoredConfiguration } from './configuration.ts';

export type FieldChange = { field: string; from: unknown; to: unknown };

/** One difference between what was applied last and a file. `returned`: taken out before, listed again now. */
export type Change = {
  kind: 'added' | 'removed' | 'returned' | 'changed';
  what: 'installation' | 'venue' | 'account' | 'strategy' | 'link' | 'job';
  name: string;
  fields: FieldChange[];
};

/** A difference that may not be applied, and why. */
export type Refusal = { name: string; message: string };

export type ConfigurationDiff = { changes: Change[]; refusals: Refusal[] };

type Row = Record<string, unknown>;
type Keyed = Map<string, Row & { removed?: boolean }>;

/** Compares a checked configuration with what is stored. Pure; the order is that of the file, removals last. */
export function diffConfiguration(stored: StoredConfiguration, wanted: Configuration): ConfigurationDiff {
  const linkName = (link: { strategy: string; account: string }) => `${link.strategy} on ${link.account}`;
  const byName = (rows: readonly { name: string }[]): Keyed => new Map(rows.map((row) => [row.name, row]));
  const byLink = (rows: readonly { strategy: string; account: string }[]): Keyed =>
    new Map(rows.map((row) => [linkName(row), row]));
  const installation = (row: { name: string } | null): Keyed => new Map(row ? [[row.name, row]] : []);
  return {
    changes: [
      ...compare('installation', installation(stored.installation), installation(wanted.installation)),
      ...compare('venue', byName(stored.venues), byName(wanted.venues)),
      ...compare('account', byName(stored.accounts), byName(wanted.accounts)),
      ...compare('strategy', byName(stored.strategies), byName(wanted.strategies)),
      ...compare('link', byLink(stored.links), byLink(wanted.links)),
      ...compare('job', byName(stored.jobs), byName(wanted.jobs)),
    ],
    refusals: refusals(stored, wanted),
  };
}

function compare(what: Change['what'], stored: Keyed, wanted: Keyed): Change[] {
  const changes: Change[] = [];
  for (const [name, row] of wanted) {
    const before = stored.get(name);
    const fields = changedFields(before ?? {}, row);
    if (!before) changes.push({ kind: 'added', what, name, fields });
    else if (before.removed) changes.push({ kind: 'returned', what, name, fields });
    else if (fields.length > 0) changes.push({ kind: 'changed', what, name, fields });
  }
  for (const [name, row] of stored) {
    if (!wanted.has(name) && !row.removed) changes.push({ kind: 'removed', what, name, fields: [] });
  }
  return changes;
}

const keyFields = new Set(['strategy', 'account', 'removed']);

function changedFields(before: Row, after: Row): FieldChange[] {
  return Object.keys(after)
    .filter((field) => !keyFields.has(field) && !(field === 'name' && before.name === after.name))
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ({ field, from: before[field], to: after[field] }));
}

/** What orders already sent depend on, so that it may never change under them. */
function refusals(stored: StoredConfiguration, wanted: Configuration): Refusal[] {
  const found: Refusal[] = [];
  const before = stored.installation;
  if (before && before.name !== wanted.installation.name) {
    found.push({
      name: 'installation.name',
      message: `is "${before.name}" and cannot become "${wanted.installation.name}": it is the prefix of every client order id, and orders on the exchange would no longer be known as ours. Keep the name, or use a new database`,
    });
  }
  const venueOf = new Map(stored.accounts.map((account) => [account.name, account.venue]));
  for (const account of wanted.accounts) {
    const venue = venueOf.get(account.name);
    if (venue !== undefined && venue !== account.venue) {
      found.push({
        name: `accounts.${account.name}.venue`,
        message: `is ${venue} and cannot become ${account.venue}: its orders stand on ${venue}. List the other market as an account of its own name`,
      });
    }
  }
  return found;
}

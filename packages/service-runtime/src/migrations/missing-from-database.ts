import { jobCatalogue } from '@sluice/contracts';
import { BOSS_SCHEMA } from '../jobs/create-boss.ts';
import { queuesOf } from '../jobs/create-queues.ts';
import type { Sql } from '../postgres/connect-postgres.ts';
import { migrationSets } from './migrate-all.ts';
import { readMigrationFiles } from './migration-files.ts';

/**
 * What `migrateAll` of this version would still have to do, in a few words; undefined when nothing. What a later version
 * has added is not looked at: a service runs on the schema of the version after its own.
 */
export async function missingFromDatabase(sql: Sql): Promise<string | undefined> {
  for (const { schema, directory } of migrationSets) {
    const files = await readMigrationFiles(directory);
    if (files.length === 0) continue;
    const applied = await versionsOf(sql, schema);
    const missing = files.find((file) => !applied.has(file.version));
    if (missing) return `${schema}/${missing.fileName} has not run`;
  }
  // Queues are made last, so whoever sees them all sees a migration that is complete.
  const queues = await queueNames(sql);
  const missing = [...queuesOf(jobCatalogue).keys()].find((name) => !queues.has(name));
  return missing === undefined ? undefined : `the queue ${missing} is not there`;
}

async function versionsOf(sql: Sql, schema: string): Promise<Set<number>> {
  if (!(await isThere(sql, `${schema}.migration`))) return new Set();
  const rows = await sql<{ version: number }[]>`select version from ${sql(schema)}.migration`;
  return new Set(rows.map(({ version }) => version));
}

async function queueNames(sql: Sql): Promise<Set<string>> {
  if (!(await isThere(sql, `${BOSS_SCHEMA}.queue`))) return new Set();
  const rows = await sql<{ name: string }[]>`select name from ${sql(BOSS_SCHEMA)}.queue`;
  return new Set(rows.map(({ name }) => name));
}

async function isThere(sql: Sql, table: string): Promise<boolean> {
  const [row] = await sql<{ there: boolean }[]>`select to_regclass(${table}) is not null as there`;
  return row!.there;
}

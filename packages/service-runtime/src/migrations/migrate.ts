import type { Logger } from '@sluice/telemetry';
import type postgres from 'postgres';
import type { Sql } from '../postgres/connect-postgres.ts';
import { type MigrationFile, readMigrationFiles } from './migration-files.ts';

export type MigrateOptions = {
  /** The schema the files belong to; created when it is not there. */
  schema: string;
  directory: string | URL;
  log?: Logger;
};

/** The stored history and the files do not fit together. The message says which file and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Any number: everyone who migrates takes the same lock, so two never work at once in one database. */
const MIGRATION_LOCK = 8_205_117_003;

type Applied = { version: number; name: string; hash: string };

/**
 * Brings a schema up to date: runs the files `NNNN_name.sql` that have not run yet, in order, each in a transaction of
 * its own and with the schema first on the search path. Returns how many ran. A file that failed leaves nothing
 * behind; the ones before it stay. Throws MigrationError when a file that has run was changed since.
 */
export async function migrate(sql: Sql, options: MigrateOptions): Promise<number> {
  const files = await readMigrationFiles(options.directory);
  // The lock belongs to the session, so everything goes over one connection.
  const session = await sql.reserve();
  try {
    await session`select pg_advisory_lock(${MIGRATION_LOCK})`;
    try {
      const pending = checked(files, await history(session, options.schema), options.schema);
      for (const file of pending) {
        await apply(session, options.schema, file);
        options.log?.info('migrated %s to %s', options.schema, file.fileName);
      }
      return pending.length;
    } finally {
      await session`select pg_advisory_unlock(${MIGRATION_LOCK})`;
    }
  } finally {
    session.release();
  }
}

async function history(session: postgres.ReservedSql, schema: string): Promise<Applied[]> {
  await session`create schema if not exists ${session(schema)}`;
  await session`
    create table if not exists ${session(schema)}.migration (
      version int primary key,
      name text not null,
      hash text not null,
      applied_at timestamptz not null default now()
    )`;
  return await session<Applied[]>`select version, name, hash from ${session(schema)}.migration order by version`;
}

/** The files that are still to run. */
function checked(files: readonly MigrationFile[], applied: readonly Applied[], schema: string): MigrationFile[] {
  const ran = new Map(applied.map((row) => [row.version, row]));
  const last = applied.at(-1)?.version ?? 0;
  return files.filter((file) => {
    const row = ran.get(file.version);
    if (row && row.hash !== file.hash) {
      throw new MigrationError(
        `${schema}: ${file.fileName} was changed after it ran: put it back as it was and write the change as a new file`,
      );
    }
    if (!row && file.version < last) {
      throw new MigrationError(
        `${schema}: ${file.fileName} has not run, but version ${last} has: give it a number above ${last}`,
      );
    }
    return !row;
  });
}

async function apply(session: postgres.ReservedSql, schema: string, file: MigrationFile): Promise<void> {
  try {
    await session`begin`;
    await session`select set_config('search_path', quote_ident(${schema}) || ', public', true)`;
    await session.unsafe(file.text).simple();
    await session`
      insert into ${session(schema)}.migration (version, name, hash)
      values (${file.version}, ${file.name}, ${file.hash})`;
    await session`commit`;
  } catch (error) {
    await session`rollback`.catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`${schema}: ${file.fileName} failed, nothing of it stays: ${reason}`, { cause: error });
  }
}

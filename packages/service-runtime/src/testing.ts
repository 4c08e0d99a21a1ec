import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { jobCatalogue } from '@sluice/contracts';
import { messageQueues } from './jobs/message-queues.ts';
import { migrateAll, migrationSets } from './migrations/migrate-all.ts';
import { readMigrationFiles } from './migrations/migration-files.ts';
import { connectPostgres, type Sql } from './postgres/connect-postgres.ts';

export { type DrivenReplica, startDrivenReplica } from './testing/driven-replica.ts';
export { startTcpProxy, type TcpProxy } from './testing/tcp-proxy.ts';

/** A database of its own for one test file. `drop` cuts whoever is still connected. */
export type TestDatabase = { url: string; drop(): Promise<void> };

/** Any number: whoever makes the template takes this lock, so that parallel files make it once. */
const TEMPLATE_LOCK = 8_205_117_004;

/** An empty database on the server of `adminUrl`. */
export async function createTestDatabase(adminUrl: string): Promise<TestDatabase> {
  return await createDatabase(adminUrl, 'template1');
}

/**
 * A database with every schema and queue in place, copied from a template that is made once per set of migrations, so
 * that a file starts in less than 0.1 s.
 */
export async function createMigratedDatabase(adminUrl: string): Promise<TestDatabase> {
  const template = `sluice_template_${await migrationsHash()}`;
  await withAdmin(adminUrl, async (admin) => {
    await admin`select pg_advisory_lock(${TEMPLATE_LOCK})`;
    const [existing] = await admin`select 1 from pg_database where datname = ${template}`;
    if (existing) return;
    // Made under another name: one that broke off half-way must not be taken for the template.
    const draft = `${template}_draft`;
    await admin`drop database if exists ${admin(draft)} with (force)`;
    await admin`create database ${admin(draft)}`;
    await migrateAll(urlOf(adminUrl, draft));
    await admin`alter database ${admin(draft)} rename to ${admin(template)}`;
  });
  return await createDatabase(adminUrl, template);
}

async function createDatabase(adminUrl: string, template: string): Promise<TestDatabase> {
  const name = `sluice_test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await withAdmin(adminUrl, async (admin) => {
    // As files: written page by page through the log, which is the default, it takes three times the processor time.
    await admin`create database ${admin(name)} template ${admin(template)} strategy file_copy`;
  });
  return {
    url: urlOf(adminUrl, name),
    async drop() {
      await withAdmin(adminUrl, async (admin) => {
        await admin`drop database if exists ${admin(name)} with (force)`;
      });
    },
  };
}

/** One connection for as long as `fn` takes; its advisory locks end with it. */
async function withAdmin(adminUrl: string, fn: (admin: Sql) => Promise<void>): Promise<void> {
  const admin = connectPostgres({ url: adminUrl, max: 1, applicationName: 'sluice-test' });
  try {
    await fn(admin);
  } finally {
    await admin.end({ timeout: 5 });
  }
}

function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Changes with any migration, with the job queue's version and with the queues. */
async function migrationsHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const { schema, directory } of migrationSets) {
    for (const file of await readMigrationFiles(directory)) hash.update(`${schema}/${file.fileName}:${file.hash}\n`);
  }
  hash.update(await readFile(new URL(import.meta.resolve('pg-boss/package.json')), 'utf8').catch(() => ''));
  hash.update(JSON.stringify([jobCatalogue, messageQueues]));
  return hash.digest('hex').slice(0, 16);
}

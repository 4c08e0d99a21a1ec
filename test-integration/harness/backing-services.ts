import type { TestProject } from 'vitest/node';
import { startPostgres } from './start-postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A Postgres where tests may create databases. */
    databaseUrl: string;
  }
}

type Shared = { server: ReturnType<typeof startPostgres> | undefined; users: number };

/**
 * In the process and not in this module: vitest loads a copy of the module for each project, and each copy would start
 * a server of its own.
 */
const key = Symbol.for('sluice.test-postgres');
const place = globalThis as { [key]?: Shared };
place[key] ??= { server: undefined, users: 0 };
const shared: Shared = place[key];

/** Vitest calls this once per project that names it; all of them share one server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.users += 1;
  const first = shared.users === 1;
  shared.server ??= startPostgres();
  const postgres = await shared.server;
  const services = process.env.SLUICE_IMAGE ? `, and services from ${process.env.SLUICE_IMAGE}` : '';
  if (first) console.log(`tests use Postgres from ${postgres.origin}${services}`);
  project.provide('databaseUrl', postgres.url);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    shared.server = undefined;
    await postgres.stop();
  };
}

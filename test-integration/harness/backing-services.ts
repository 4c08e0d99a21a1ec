import type { TestProject } from 'vitest/node';
import { startPostgres } from './start-postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A Postgres where tests may create databases. */
    databaseUrl: string;
  }
}

let started: ReturnType<typeof startPostgres> | undefined;
let users = 0;

/** Vitest calls this once per project that names it; all of them share one server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1;
  started ??= startPostgres();
  const postgres = await started;
  if (users === 1) console.log(`tests use Postgres from ${postgres.origin}`);
  project.provide('databaseUrl', postgres.url);
  return async () => {
    users -= 1;
    if (users === 0) await postgres.stop();
  };
}

import { isConnectionError, sqlState } from './postgres/postgres-error.ts';
import { EnvError } from './read-env.ts';

/** One sentence for the person who starts the service: what is wrong and what to do next. */
export function startFailureSentence(error: unknown): string {
  if (error instanceof EnvError) return error.message;
  if (!(error instanceof Error)) return `start failed: ${String(error)}`;
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') return `port ${port} is taken: stop what uses it or set PORT`;
  if (code === 'EACCES' && port !== undefined)
    return `port ${port} may not be opened by this user: set PORT above 1023`;
  if (isConnectionError(error)) {
    // A host with several addresses fails with one empty error around one per address.
    const first = error instanceof AggregateError ? error.errors[0] : error;
    const detail = first instanceof Error ? first.message : String(code);
    return `the database does not answer (${detail}): start it or set DATABASE_URL`;
  }
  // pg-boss has no code for these.
  if (/^pg-boss (is not installed|database requires migration)/.test(error.message)) return notMigrated(error);
  switch (sqlState(error)) {
    case '28P01':
    case '28000':
      return 'the database refuses the user or password: set DATABASE_URL';
    case '3D000':
      return `the database does not exist (${error.message}): create it or set DATABASE_URL`;
    case '3F000':
    case '42P01':
      return notMigrated(error);
    default:
      return `start failed: ${error.message}`;
  }
}

function notMigrated(error: Error): string {
  return `the database is not migrated (${error.message}): run the migrations, then start again`;
}

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
    return `the database does not answer (${error.message || code}): start it or set DATABASE_URL`;
  }
  switch (sqlState(error)) {
    case '28P01':
    case '28000':
      return 'the database refuses the user or password: set DATABASE_URL';
    case '3D000':
      return `the database does not exist (${error.message}): create it or set DATABASE_URL`;
    case '3F000':
    case '42P01':
      return `the database is not migrated (${error.message}): run the migrations, then start again`;
    default:
      return `start failed: ${error.message}`;
  }
}

const SOCKET_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Shutdown in its three forms, a session ended for standing still in a transaction, too many connections, class 08. */
const SERVER_GONE = /^(57P0[123]|25P03|53300|08...)$/;

/** The five characters of Postgres' error, such as `40001`, or undefined when the error is not the server's. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Node's own codes (EPIPE) can have five letters too; only the server's errors carry a severity.
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && code.length === 5 && typeof severity === 'string' ? code : undefined;
}

/**
 * True when the connection was lost or never made, so that nothing is known of the statement: it may have been
 * committed. False for every verdict of the server, such as a deadlock or a broken constraint.
 */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const state = sqlState(error);
  if (state !== undefined) return SERVER_GONE.test(state);
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && SOCKET_CODES.has(code)) return true;
  // A host with several addresses fails with one error that holds one per address.
  if (error instanceof AggregateError) return error.errors.some(isConnectionError);
  return error.cause !== undefined && isConnectionError(error.cause);
}

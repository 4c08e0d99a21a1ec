import type { Sql, Tx } from './connect-postgres.ts';

export type TransactionOptions = {
  isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readOnly?: boolean;
  /** How long one lock is waited for before the statement fails with 55P03. */
  lockTimeoutMs?: number;
  /** How long one statement may run before it fails with 57014. */
  statementTimeoutMs?: number;
  /**
   * Do not wait for the disk at the commit. A crash of the server may lose the last half second of such commits, so
   * only for what can be lost: hints, heartbeats, run records.
   */
  asynchronousCommit?: boolean;
};

/** Runs `fn` in one transaction: committed when it returns, rolled back when it throws. Returns what `fn` returns. */
export async function withTransaction<T>(
  sql: Sql,
  fn: (tx: Tx) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const mode = [
    options.isolation ? `isolation level ${options.isolation}` : '',
    options.readOnly ? 'read only' : '',
  ].join(' ');
  const settings: Record<string, string> = {};
  if (options.lockTimeoutMs !== undefined) settings.lock_timeout = String(options.lockTimeoutMs);
  if (options.statementTimeoutMs !== undefined) settings.statement_timeout = String(options.statementTimeoutMs);
  if (options.asynchronousCommit) settings.synchronous_commit = 'off';

  const result = await sql.begin(mode.trim(), async (tx) => {
    if (Object.keys(settings).length > 0) {
      await tx`select set_config(key, value, true) from jsonb_each_text(${tx.json(settings)})`;
    }
    return await fn(tx);
  });
  return result as T;
}

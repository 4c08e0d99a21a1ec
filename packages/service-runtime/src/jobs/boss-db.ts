import type { Db } from 'pg-boss';
import type { SqlOrTx } from '../postgres/connect-postgres.ts';

/**
 * Lets pg-boss work inside the caller's transaction: `boss.send(queue, data, { db: bossDb(tx) })` enqueues when the
 * transaction commits and never otherwise.
 */
export function bossDb(tx: SqlOrTx): Db {
  return { executeSql: async (text, values) => ({ rows: await tx.unsafe(text, (values ?? []) as never[]) }) };
}

import type { Sql } from './connect-postgres.ts';
import { sqlState } from './postgres-error.ts';

/** Serialisation failure, deadlock, a lock that was not free in its time: another try may well succeed. */
const CONFLICTS = new Set(['40001', '40P01', '55P03']);

/** Whether a statement failed for no reason but another transaction that ran beside it. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state !== undefined && CONFLICTS.has(state);
}

let sinceTaken = 0;

/** Transactions of this process that ended in a conflict since this was last asked. */
export function takeConflicts(): number {
  const conflicts = sinceTaken;
  sinceTaken = 0;
  return conflicts;
}

/**
 * Counts the transactions of a pool that end in a conflict. Counted here and not where one is tried again, which happens in
 * silence: a place that forgot to count would look like health.
 */
export function countConflicts(sql: Sql): void {
  const begin = sql.begin as (...args: unknown[]) => Promise<unknown>;
  sql.begin = ((...args: unknown[]) =>
    begin(...args).catch((error: unknown) => {
      if (isConflict(error)) sinceTaken += 1;
      throw error;
    })) as Sql['begin'];
}

type BossClient = {
  executeSql: (...args: never[]) => Promise<unknown>;
  withTransaction?: (...args: never[]) => Promise<unknown>;
};

/** The same for the job queue's own connections, which are none of a pool of ours. */
export function countBossConflicts(client: BossClient): void {
  client.executeSql = counted(client, client.executeSql);
  if (client.withTransaction) client.withTransaction = counted(client, client.withTransaction);
}

function counted<Args extends never[]>(client: BossClient, call: (...args: Args) => Promise<unknown>) {
  return (...args: Args): Promise<unknown> =>
    call.apply(client, args).catch((error: unknown) => {
      if (isConflict(error)) sinceTaken += 1;
      throw error;
    });
}

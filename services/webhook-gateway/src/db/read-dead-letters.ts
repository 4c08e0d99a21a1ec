import type { SqlOrTx } from '@sluice/service-runtime';

export type DeadLetterRow = {
  id: number;
  receivedAt: Date;
  reason: string;
  strategy: string | null;
  detail: string;
  bytes: number;
  body: string;
};

/** Dead letters, newest first, with a lower id than `before`. */
export async function readDeadLetters(sql: SqlOrTx, before: number | null, limit: number): Promise<DeadLetterRow[]> {
  return await sql<DeadLetterRow[]>`
    select id, received_at as "receivedAt", reason, strategy, detail, bytes, body from gateway.dead_letter
    where id < coalesce(${before}::bigint, 9007199254740991) order by id desc limit ${limit + 1}`;
}

export async function readDeadLetter(sql: SqlOrTx, id: number): Promise<DeadLetterRow | undefined> {
  const [row] = await sql<DeadLetterRow[]>`
    select id, received_at as "receivedAt", reason, strategy, detail, bytes, body from gateway.dead_letter where id = ${id}`;
  return row;
}

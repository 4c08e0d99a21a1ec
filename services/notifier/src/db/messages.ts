import type { SqlOrTx } from '@sluice/service-runtime';
import type { ContextCarrier } from '@sluice/telemetry';
import { incidentOf, type Told } from '../incidents/incident.ts';

/** Stores what each chat is to be told; what is there from the same source already stays. Answers how many are new. */
export async function storeMessages(
  sql: SqlOrTx,
  messages: readonly { source: string; chat: string | null; told: Told; carrier: ContextCarrier }[],
): Promise<number> {
  if (messages.length === 0) return 0;
  const rows = messages.map(({ source, chat, told, carrier }) => ({
    source,
    chat,
    incident: incidentOf(told),
    kind: told.kind,
    body: told,
    traceparent: carrier.traceparent ?? null,
    baggage: carrier.baggage ?? null,
  }));
  const { count } = await sql`
    insert into notifier.message (source, chat, incident, kind, body, traceparent, baggage)
    select source, chat, incident, kind, body, traceparent, baggage
      from jsonb_to_recordset(${sql.json(rows as never)})
           as r (source text, chat text, incident text, kind text, body jsonb, traceparent text, baggage text)
    on conflict (source, chat) do nothing`;
  return count;
}

export type WaitingRow = { id: string; incident: string; storedAt: Date };

/** One chat's messages that no post has taken up, oldest first. */
export async function readWaiting(sql: SqlOrTx, chat: string, limit: number): Promise<WaitingRow[]> {
  return await sql<WaitingRow[]>`
    select id::text as id, incident, stored_at as "storedAt" from notifier.message
     where chat = ${chat} and post_id is null order by id limit ${limit}`;
}

/** What some messages say, oldest first. */
export async function readBodies(sql: SqlOrTx, ids: readonly string[]): Promise<{ id: string; body: Told }[]> {
  return await sql<{ id: string; body: Told }[]>`
    select id::text as id, body from notifier.message where id = any (${[...ids]}::bigint[]) order by notifier.message.id`;
}

export type PostOrigin = { traceparent: string | null; baggage: string | null; kinds: string; messages: number };

/** The jobs whose messages a post tells, each once. */
export async function readOrigins(sql: SqlOrTx, postId: string): Promise<PostOrigin[]> {
  return await sql<PostOrigin[]>`
    select min(traceparent) as traceparent, baggage, string_agg(distinct kind, ', ') as kinds, count(*)::int as messages
      from notifier.message where post_id = ${postId} group by baggage order by min(id)`;
}

/** How many messages wait for a post or for Telegram. */
export async function countUntold(sql: SqlOrTx): Promise<number> {
  const [row] = await sql<[{ untold: number }]>`
    select ((select count(*) from notifier.message where post_id is null and chat is not null)
          + (select count(*) from notifier.post where state = 'open'))::int as untold`;
  return row.untold;
}

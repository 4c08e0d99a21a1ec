import type { SqlOrTx, Tx } from '@sluice/service-runtime';
import type { FormattedText } from '../texts/formatted-text.ts';

export type Post = {
  id: string;
  chat: string;
  parts: FormattedText[];
  partsSent: number;
  tries: number;
  plain: boolean;
  dueAt: Date;
  triedAt: Date | null;
  /** Null before its first try, and after it was put back. */
  firstTriedAt: Date | null;
};

/** The oldest open post of each chat; the younger ones wait for it, which keeps the order. */
export async function readOpenPosts(sql: SqlOrTx): Promise<Post[]> {
  return await sql<Post[]>`
    select distinct on (chat) id::text as id, chat, parts, parts_sent as "partsSent", tries, plain, next_at as "dueAt",
           tried_at as "triedAt", first_tried_at as "firstTriedAt"
      from notifier.post where state = 'open' order by chat, notifier.post.id`;
}

/** Chats with something to be told and no post on its way. */
export async function readChatsToCompose(sql: SqlOrTx): Promise<string[]> {
  const rows = await sql<{ chat: string }[]>`
    select distinct chat from notifier.message m
     where post_id is null and chat is not null
       and not exists (select from notifier.post p where p.chat = m.chat and p.state = 'open')`;
  return rows.map(({ chat }) => chat);
}

/** What a chat was told of each incident lately. */
export async function readIncidents(
  sql: SqlOrTx,
  chat: string,
): Promise<{ incident: string; firstAt: Date; lastAt: Date }[]> {
  return await sql<{ incident: string; firstAt: Date; lastAt: Date }[]>`
    select incident, first_at as "firstAt", last_at as "lastAt" from notifier.incident where chat = ${chat}`;
}

/** Writes a post, marks the messages it tells, and notes when the chat was told of their incidents. */
export async function writePost(
  tx: Tx,
  post: { chat: string; parts: FormattedText[]; messages: string[]; incidents: { incident: string; again: boolean }[] },
): Promise<void> {
  await tx`
    with post as (
      insert into notifier.post (chat, parts) values (${post.chat}, ${tx.json(post.parts)}) returning id)
    update notifier.message m set post_id = post.id from post where m.id = any (${post.messages}::bigint[])`;
  await tx`
    insert into notifier.incident as i (chat, incident, first_at, last_at)
    select ${post.chat}, r.incident, clock_timestamp(), clock_timestamp()
      from jsonb_to_recordset(${tx.json(post.incidents)}) as r (incident text, again boolean)
    on conflict (chat, incident) do update
      set last_at = excluded.last_at,
          first_at = case when excluded.incident = any (${post.incidents.filter(({ again }) => again).map(({ incident }) => incident)}::text[])
                          then i.first_at else excluded.first_at end`;
}

/** Said before a part is sent, so that a process that takes over knows of it. */
export async function noteTry(sql: SqlOrTx, id: string): Promise<void> {
  await sql`update notifier.post set tried_at = clock_timestamp(), first_tried_at = coalesce(first_tried_at, clock_timestamp())
     where id = ${id}`;
}

/** One more part has arrived; with the last one the post is sent. */
export async function confirmPart(sql: SqlOrTx, id: string): Promise<void> {
  await sql`
    update notifier.post
       set parts_sent = parts_sent + 1, error = null,
           state = case when parts_sent + 1 >= jsonb_array_length(parts) then 'sent' else state end,
           ended_at = case when parts_sent + 1 >= jsonb_array_length(parts) then clock_timestamp() end
     where id = ${id}`;
}

export async function postpone(
  sql: SqlOrTx,
  id: string,
  to: { inMs: number; tries: number; plain: boolean; error: string },
): Promise<void> {
  await sql`
    update notifier.post
       set next_at = clock_timestamp() + ${to.inMs} * interval '1 ms', tries = ${to.tries}, plain = ${to.plain},
           error = ${to.error}
     where id = ${id}`;
}

/** It is given up, and stays to be read and sent again. */
export async function bury(sql: SqlOrTx, id: string, error: string): Promise<void> {
  await sql`
    update notifier.post set state = 'dead', error = ${error}, ended_at = clock_timestamp() where id = ${id}`;
}

/** What was tried in the last minute, by whichever process; a part that was confirmed is one message. */
export async function readRecentTries(sql: SqlOrTx): Promise<{ chat: string; at: Date; count: number }[]> {
  return await sql<{ chat: string; at: Date; count: number }[]>`
    select chat, tried_at as at, greatest(parts_sent, 1) as count from notifier.post
     where tried_at > clock_timestamp() - interval '61 seconds' order by tried_at`;
}

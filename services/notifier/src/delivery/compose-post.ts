import { type Sql, withTransaction } from '@sluice/service-runtime';
import { readBodies, readWaiting } from '../db/messages.ts';
import { readIncidents, writePost } from '../db/posts.ts';
import { assertSpeaker } from '../db/speaker.ts';
import type { Told } from '../incidents/incident.ts';
import type { Settings } from '../settings.ts';
import { formatIncident } from '../texts/format-incident.ts';
import { joinTexts, splitText } from '../texts/formatted-text.ts';
import { chooseIncidents } from './choose-incidents.ts';

/** More than one post takes up. */
const READ_AT_ONCE = 600;

/** Makes the next post of a chat of what waits for it, unless all of that is to wait longer. True when there is one. */
export async function composePost(
  { sql, replica }: { sql: Sql; replica: string },
  chat: string,
  { textsOf, timeZone }: Settings,
  now: number,
): Promise<boolean> {
  const [waiting, told] = await Promise.all([readWaiting(sql, chat, READ_AT_ONCE), readIncidents(sql, chat)]);
  const choice = chooseIncidents(
    waiting.map(({ storedAt, ...message }) => ({ ...message, storedAt: storedAt.getTime() })),
    new Map(
      told.map(({ incident, firstAt, lastAt }) => [incident, { firstAt: firstAt.getTime(), lastAt: lastAt.getTime() }]),
    ),
    now,
  );
  if (choice.kind !== 'tell') return false;
  const messages = choice.incidents.flatMap(({ ids }) => ids);
  const bodies = new Map((await readBodies(sql, messages)).map(({ id, body }) => [id, body]));
  const reader = { texts: textsOf(chat), timeZone };
  const texts = choice.incidents.map(({ ids, toldAt }) => {
    // By when it happened: a message that was taken late, after a retry, may be older than its neighbours.
    const [first, ...rest] = ids
      .map((id) => bodies.get(id)!)
      .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)) as [Told, ...Told[]];
    return formatIncident([first, ...rest], toldAt === null ? null : new Date(toldAt), reader);
  });
  const parts = splitText(joinTexts(texts, '\n\n'));
  const incidents = choice.incidents.map(({ incident, toldAt }) => ({ incident, again: toldAt !== null }));
  return await withTransaction(sql, async (tx) => {
    if (!(await assertSpeaker(tx, replica))) return false;
    await writePost(tx, { chat, parts, messages, incidents });
    return true;
  });
}

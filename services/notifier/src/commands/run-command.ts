import { randomBytes } from 'node:crypto';
import { type HaltMessage, type HaltReply, queues } from '@sluice/contracts';
import { bossDb, type Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import type { PgBoss } from 'pg-boss';
import { takeHaltReply, takeRequestNumber } from '../db/halts.ts';
import { readDeadServices, readLinks } from '../db/read-status.ts';
import { type CommandTexts, holds, type Texts } from '../texts/catalogue.ts';
import type { Command } from './read-command.ts';

export type CommandDeps = { sql: Sql; boss: PgBoss };

/** Less than the two seconds within which a person is answered: the answer has its own way to go. */
const ANSWER_WITHIN_MS = 1_700;
const LOOK_EVERY_MS = 50;

const log = getLogger('commands');

/**
 * Carries a command out and answers what the chat reads, within the time above whatever the store does. `own`: what the
 * chat may see and stop; `by`: who asks.
 */
export async function runCommand(
  deps: CommandDeps,
  command: Command,
  by: string,
  own: readonly string[],
  texts: Texts,
): Promise<string> {
  const t = texts.commands;
  const until = performance.now() + ANSWER_WITHIN_MS;
  switch (command.kind) {
    case 'help':
      return t.help;
    case 'needs_strategy':
      return t.needsStrategy(command.command);
    case 'status':
      return (await before(until, status(deps.sql, own, t))) ?? t.storeAway;
    case 'pause':
    case 'resume': {
      if (!own.includes(command.strategy))
        return t.unknownStrategy(command.strategy.slice(0, 40), own.join(', ') || texts.none);
      return await change(deps, command, by, until, t);
    }
  }
}

async function status(sql: Sql, own: readonly string[], t: CommandTexts): Promise<string> {
  const [links, dead] = await Promise.all([readLinks(sql, own), readDeadServices(sql)]);
  const lines = links.map(
    ({ strategy, account, hold, open, waiting }) =>
      `${hold === null ? '▶️' : '⏸'} ${strategy} · ${account}: ${hold === null ? t.sends : sayHold(hold, t)} · ${t.live(open, waiting)}`,
  );
  return [
    t.status,
    ...(lines.length > 0 ? lines : [t.noStrategies]),
    ...(dead.length > 0 ? [t.serviceDown(dead.join(', '))] : []),
  ].join('\n');
}

/** What holds a strategy, in the chat's words; what it is called by and why stay as they were given. */
function sayHold(hold: string, t: CommandTexts): string {
  const known = holds.find((kind) => hold === kind || hold.startsWith(`${kind}: `));
  return known === undefined ? hold : t.holds[known](hold.slice(known.length + 2));
}

/** The halt of the strategy, by message to order-queue; in force once that says so. */
async function change(
  { sql, boss }: CommandDeps,
  { kind, strategy }: { kind: 'pause' | 'resume'; strategy: string },
  by: string,
  until: number,
  t: CommandTexts,
): Promise<string> {
  const request = await before(until, takeRequestNumber(sql));
  if (request === undefined) return t.storeAway;
  const message: HaltMessage = {
    id: randomBytes(16).toString('hex'),
    request,
    scope: 'strategy',
    name: strategy,
    halted: kind === 'pause',
    reason: kind === 'pause' ? 'paused by Telegram' : null,
    by,
  };
  log.info('%s asks to %s strategy %s', by, kind, strategy, { strategy });
  // From here on it may happen whatever goes wrong: only the reply is proof.
  const sent = boss.send(queues.halt, message, { db: bossDb(sql) });
  sent.catch((error: unknown) => log.warn('a halt or resume may not have been stored', error));
  const reply = await before(until, replyTo(sql, message.id, until));
  if (reply === undefined) return t.unconfirmed(strategy);
  if (kind === 'pause') return t.paused(strategy);
  const others = reply.halts.filter(({ scope }) => scope === 'all').map(({ reason }) => reason);
  return others.length > 0 ? t.resumedButHeld(strategy, others.join('; ')) : t.resumed(strategy);
}

async function replyTo(sql: Sql, id: string, until: number): Promise<HaltReply | undefined> {
  while (performance.now() < until) {
    const reply = await takeHaltReply(sql, id);
    if (reply !== null) return reply;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return undefined;
}

/** What `work` gives before the deadline; undefined when it takes longer or fails. */
async function before<T>(until: number, work: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), Math.max(0, until - performance.now()));
  try {
    return await Promise.race([work, late.promise]);
  } catch (error) {
    log.warn('a command from Telegram could not be carried out', error);
    return undefined;
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}

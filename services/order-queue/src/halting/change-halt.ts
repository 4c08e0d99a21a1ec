import { setTimeout as sleep } from 'node:timers/promises';
import { channels, type HaltMessage } from '@sluice/contracts';
import type { Notifier, Sql } from '@sluice/service-runtime';
import { getLogger } from '@sluice/telemetry';
import { liftPause, makeResumedPairsDue, setHaltSwitch, writeHaltReply } from '../db/halts.ts';
import { HALTS_MAX_AGE_MS } from './halt-watch.ts';

const log = getLogger('halting');

/**
 * Carries out a halt or resume and answers once it is in force in every process. Doing it again changes nothing.
 */
export async function changeHalt(deps: { sql: Sql; notifier: Notifier }, message: HaltMessage): Promise<void> {
  const { sql, notifier } = deps;
  const { scope, name, halted, reason, by } = message;
  const { lifted } = await commitHalt(sql, message);
  notifier.notify(channels.haltsChanged);
  const what = scope === 'all' ? 'everything' : `${scope} ${name}`;
  if (halted) log.warn('%s is halted by %s: %s', what, by, reason ?? 'no reason given');
  else log.info('%s is resumed by %s%s', what, by, lifted ? '; its pause is lifted' : '');
  await sleep(HALTS_MAX_AGE_MS);
  await writeHaltReply(sql, message.id);
  notifier.notify(channels.haltReply, message.id);
}

/** The switch and, for a resume, the end of an account's pause and the pairs to be planned again, in one transaction. */
export async function commitHalt(sql: Sql, message: HaltMessage): Promise<{ lifted: boolean }> {
  const { scope, name, halted } = message;
  const lifted = (await sql.begin(async (tx) => {
    await setHaltSwitch(tx, message);
    if (halted) return false;
    const paused = scope === 'account' && (await liftPause(tx, name));
    await makeResumedPairsDue(tx, {
      strategy: scope === 'strategy' ? name : null,
      account: scope === 'account' ? name : null,
      // By then every process has heard of it and reads the account's keys anew; with the old ones it would pause again.
      afterMs: paused ? HALTS_MAX_AGE_MS : 0,
    });
    return paused;
  })) as boolean;
  return { lifted };
}

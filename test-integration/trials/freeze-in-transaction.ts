import { act, casesOf } from './crash-cases.ts';
import type { CrashRig } from './crash-rig.ts';
import { CrashTrial } from './crash-trial.ts';
import { progress } from './progress.ts';

/**
 * The victim freezes in the middle of planning, with the locks of its pairs held. The server ends its transaction, and
 * the other plans the same alert and the one behind it, before either has to fail for want of a lock. Gives what is
 * wrong afterwards.
 */
export async function freezeInTransaction(rig: CrashRig, account: string, forMs: number): Promise<string[]> {
  const { database, rescuer } = rig;
  const trial = new CrashTrial(rig, account);
  const { planning, behind } = await casesOf(rig, { planning: ['limit', 'market'], behind: ['limit', 'market'] });
  await rescuer.freeze();
  const inside = database.trap({ text: /insert into orders\.entry/, at: 'statement' });
  trial.ask(act(account, planning));
  await inside.sprung();
  progress(`${account}: frozen with the locks of ${planning.length} pairs`);
  return await trial.strikeAndJudge({ kind: 'freeze', forMs }, [...planning, ...behind], () => {
    trial.ask(act(account, behind));
    inside.release();
  });
}

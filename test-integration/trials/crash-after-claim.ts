import { act, before, casesOf } from './crash-cases.ts';
import type { CrashRig } from './crash-rig.ts';
import { CrashTrial } from './crash-trial.ts';
import { progress } from './progress.ts';

/**
 * The victim is killed after the commit of its plan, and who takes its claims over is killed right after that; a third
 * process brings them to their end. Gives what is wrong afterwards.
 */
export async function crashAfterClaim(rig: CrashRig, account: string): Promise<string[]> {
  const { database, rescuer, stack } = rig;
  await rig.gateRescuer();
  const trial = new CrashTrial(rig, account);
  const { claimed } = await casesOf(rig, { claimed: ['limit', 'market', 'cancel', 'swap'] });
  await stack.gateway.settled(before(account, claimed));
  await rescuer.freeze();

  const planned = database.trap({ text: /insert into orders\.alert_account/, at: 'commit' });
  trial.ask(act(account, claimed));
  await planned.sprung();
  const takenOver = database.trap({ text: /with due as/, at: 'answer', answer: /UPDATE [1-9]/ });
  await trial.strike({ kind: 'kill' });
  planned.release();
  await takenOver.sprung();
  progress(`${account}: claims taken over, kill once more`);
  await rescuer.kill();
  takenOver.release();
  await rig.startVictim();
  return await trial.judge(claimed);
}

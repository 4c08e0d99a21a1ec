import { eventually } from '../harness/eventually.ts';
import { act, before, casesOf } from './crash-cases.ts';
import type { CrashRig } from './crash-rig.ts';
import { type Blow, CrashTrial } from './crash-trial.ts';
import { progress } from './progress.ts';

/**
 * One blow between the last check of a claim and the write to the socket: the claim has been renewed for a fresh instant,
 * and nothing has been sent. A frozen process goes on from there and sends what it signed long ago. Gives what is wrong
 * afterwards.
 */
export async function crashAfterLastCheck(rig: CrashRig, account: string, blow: Blow): Promise<string[]> {
  const { database, rescuer, stack } = rig;
  const trial = new CrashTrial(rig, account);
  const { checked } = await casesOf(rig, { checked: ['limit', 'market', 'cancel'] });
  await stack.gateway.settled(before(account, checked));
  await rescuer.freeze();

  // A claim is checked again when it is older than a second: the plan's commit is kept from the process that long.
  const planned = database.trap({ text: /insert into orders\.alert_account/, at: 'commit' });
  const renewed = database.trap(
    { text: /update orders\.attempt a set signed_at/, at: 'answer', answer: /UPDATE [1-9]/ },
    checked.length,
  );
  trial.ask(act(account, checked));
  await planned.sprung();
  await eventually(async () => {
    const [row] = await stack.sql<{ old: boolean }[]>`
      select bool_and(a.signed_at < clock_timestamp() - interval '1.1 s') as old from orders.attempt a
      join orders.entry e on e.id = a.order_id where e.account = ${account} and a.action is not null`;
    if (!row?.old) throw new Error('the claims are still fresh');
  });
  planned.release();
  await eventually(() => {
    if (renewed.held < checked.length) throw new Error(`${renewed.held} of ${checked.length} claims are renewed`);
  });
  progress(`${account}: ${checked.length} claims checked and nothing sent, ${blow.kind}`);

  const wrong = await trial.strikeAndJudge(blow, checked, () => renewed.release());
  if (blow.kind === 'freeze') {
    await eventually(async () => {
      const { place, cancel } = (await stack.exchange.record(account)).calls;
      // A MARKET order whose time is over meanwhile is not even sent.
      const refused = (place?.refused['-1021'] ?? 0) >= 1 && (cancel?.refused['-1021'] ?? 0) >= 1;
      if (!refused) throw new Error(`what came late was not refused: ${JSON.stringify({ place, cancel })}`);
    });
  }
  return wrong;
}

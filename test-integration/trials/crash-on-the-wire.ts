import { eventually } from '../harness/eventually.ts';
import { act, before, callOf, casesOf, withdraw } from './crash-cases.ts';
import type { CrashRig } from './crash-rig.ts';
import { type Blow, CrashTrial, tooLateMs } from './crash-trial.ts';
import { progress } from './progress.ts';

/**
 * One blow while orders stand at every point of their way: planned and committed, but the process has not heard of it;
 * on the wire, not yet at the exchange; carried out there, the answer not yet here; answered, not yet recorded. What is
 * on the wire arrives when the exchange must refuse it, or `inTime`, after its sender is gone: then it is found there.
 * Gives what is wrong afterwards.
 */
export async function crashOnTheWire(
  rig: CrashRig,
  account: string,
  blow: Blow,
  arrival: 'inTime' | 'tooLate' = 'tooLate',
): Promise<string[]> {
  const { database, exchange, rescuer, stack } = rig;
  const trial = new CrashTrial(rig, account);
  const cases = await casesOf(rig, {
    committed: ['limit', 'market', 'cancel', 'swap'],
    onTheWire: ['limit', 'market', 'withdrawn', 'cancel'],
    carriedOut: ['limit', 'market', 'cancel', 'swap'],
    answered: ['limit', 'market', 'cancel', 'swap'],
  });
  const all = Object.values(cases).flat();
  await stack.gateway.settled(before(account, all));
  await rescuer.freeze();

  // Recording begins with this statement; every try is held, since the server ends a transaction that stands still.
  const unrecorded = database.trap({ text: /set_config\('lock_timeout'/, values: /5s/, at: 'statement' }, 1_000);
  const answers = cases.answered.map((of) => exchange.trap({ call: callOf(of), at: 'answer' }, 0));
  trial.ask(act(account, cases.answered));
  await eventually(() => {
    if (answers.some((trap) => trap.answers.length === 0)) throw new Error('not all are answered');
  });
  await unrecorded.sprung();

  const late = cases.onTheWire.map((of) => exchange.trap({ call: callOf(of), at: 'request' }));
  const unheard = cases.carriedOut.map((of) => exchange.trap({ call: callOf(of), at: 'answer' }));
  trial.ask(act(account, [...cases.onTheWire, ...cases.carriedOut]));
  await Promise.all([...late, ...unheard].map((trap) => trap.sprung()));
  trial.ask(withdraw(account, cases.onTheWire));
  await eventually(async () => {
    const withdrawn = cases.onTheWire.find(({ kind }) => kind === 'withdrawn')!;
    const [order] = await stack.orders.of(account, withdrawn.symbol);
    if (order?.wanted !== 'gone') throw new Error('the MARKET order under way is not cancelled yet');
  });

  const planned = database.trap({ text: /insert into orders\.alert_account/, at: 'commit' });
  trial.ask(act(account, cases.committed));
  await planned.sprung();
  progress(`${account}: ${all.length} orders held at four points, ${blow.kind}`);

  const wrong = await trial.strikeAndJudge(blow, all, async () => {
    for (const trap of [unrecorded, planned, ...unheard]) trap.release();
    if (arrival === 'tooLate') await trial.passed(tooLateMs);
    for (const trap of late) trap.release();
  });
  for (const [place, trap] of late.entries()) {
    // Outside the receive window, by the time it carries: -1021, on Bybit 10002.
    const answer = trap.answers[0]?.body ?? 'not at all';
    if (/-1021|"retCode":10002/.test(answer) !== (arrival === 'tooLate')) {
      wrong.push(`the ${cases.onTheWire[place]!.kind} that came ${arrival} was answered ${answer}`);
    }
  }
  return wrong;
}

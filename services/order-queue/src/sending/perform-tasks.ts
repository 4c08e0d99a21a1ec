import { type CancelOutcome, type Exchange, type Failure, type PlaceOutcome, venueTraits } from '@sluice/exchange';
import { RECEIVE_WINDOW_MS, RENEW_CLAIM_AFTER_MS } from '../orders/claim-time.ts';
import type { AccountSenderDeps } from './account-sender.ts';
import { countLive } from './count-live.ts';
import { failureOf, notSent, unknownFailure } from './not-sent.ts';
import { findLost, noteFirst } from './noted-sends.ts';
import { isNoLongerThere, type Lookup, type SettlingOutcome } from './outcome.ts';
import type { SendTask } from './send-task.ts';

/** Puts tasks that share a request on the wire and says what became of each. Tasks whose claim was lost have no outcome. */
export async function performTasks(batch: SendTask[], deps: AccountSenderDeps): Promise<SettlingOutcome[]> {
  const action = batch[0]!.action;
  if (action === 'place') {
    // Asked before the leverage is set, too: that is done for an order only.
    const { held, free } = await withoutHalted(batch, deps);
    if (free.length === 0) return held;
  }
  let exchange: Exchange;
  try {
    exchange = await deps.connect();
    if (action === 'place') await deps.prepare(exchange, batch[0]!.symbol);
  } catch (error) {
    // Nothing was written to the wire for these orders, which is the proof that they are not there.
    return batch.map((task) => notSent(task, failureOf(error), deps.now()));
  }
  switch (action) {
    case 'place':
      return await place(batch, exchange, deps);
    case 'cancel':
      return await cancel(batch, exchange, deps);
    case 'find':
      return await Promise.all(batch.map(async (task) => find(task, exchange, deps)));
  }
}

async function place(batch: SendTask[], exchange: Exchange, deps: AccountSenderDeps): Promise<SettlingOutcome[]> {
  const fresh = await freshlySigned(batch, deps);
  const { noted, failed } = venueTraits(batch[0]!.venue).clientOrderIds
    ? { noted: fresh, failed: [] }
    : await noteFirst(fresh, exchange, deps);
  const { held, free: tasks } = await withoutHalted(noted, deps);
  // Asked here too, last of all: a claim may have waited long behind an account that hangs or a store that is slow.
  const now = deps.now();
  const [late, inTime] = [tasks.filter((task) => isLate(task, now)), tasks.filter((task) => !isLate(task, now))];
  return [
    ...failed,
    ...held,
    ...late.map((task) => notSent(task, tooLate, now)),
    ...(await placeInTime(inTime, exchange, deps)),
  ];
}

/** Nothing comes between this and the wire: a plan made just before a halt has claimed what must not be sent any more. */
async function withoutHalted(
  tasks: SendTask[],
  deps: AccountSenderDeps,
): Promise<{ held: SettlingOutcome[]; free: SendTask[] }> {
  let reasons: (string | null)[];
  try {
    reasons = (await deps.halted(tasks)).map((reason) => (reason === null ? null : `halted: ${reason}`));
  } catch {
    reasons = tasks.map(() => 'the store did not answer, so it was not known whether it is halted');
  }
  const held = tasks.flatMap((task, at): SettlingOutcome[] => {
    const reason = reasons[at];
    return reason == null ? [] : [{ kind: 'held', task, reason }];
  });
  return { held, free: tasks.filter((_, at) => reasons[at] === null) };
}

function isLate(task: SendTask, now: number): boolean {
  return task.sendBefore !== null && task.sendBefore < now;
}

const tooLate: Failure = {
  type: 'unknown',
  action: 'retry',
  code: null,
  message: 'its time was over before it could be sent',
  retryAfterMs: null,
};

const haltedMeanwhile: Failure = { ...tooLate, message: 'it was halted before it could be sent once more' };

async function placeInTime(tasks: SendTask[], exchange: Exchange, deps: AccountSenderDeps): Promise<SettlingOutcome[]> {
  if (tasks.length === 0) return [];
  let outcomes = await exchange.place(
    tasks.map((task) => task.request),
    stampOf(tasks),
  );
  if (outcomes.every((outcome) => refusedForClock(outcome))) {
    outcomes = await placeOnCorrectedClock(tasks, exchange, deps);
  }
  const full = outcomes.some((outcome) => outcome.kind === 'refused' && outcome.failure.action === 'requeue');
  const live = full ? await countLive(exchange, tasks[0]!) : null;
  return tasks.map((task, at): SettlingOutcome => ({ kind: 'place', task, outcome: outcomes[at]!, live }));
}

/** Refused for its timestamp, so it is proven absent: the clock is measured anew and the same attempt sent once more. */
async function placeOnCorrectedClock(tasks: SendTask[], exchange: Exchange, deps: AccountSenderDeps) {
  try {
    await exchange.syncClock();
  } catch (error) {
    return tasks.map((): PlaceOutcome => ({ kind: 'refused', failure: failureOf(error) }));
  }
  const renewed = await deps.renew(tasks, deps.now());
  const lost: PlaceOutcome = { kind: 'unresolved', failure: unknownFailure('the claim was taken over meanwhile') };
  if (renewed.length < tasks.length) return tasks.map(() => lost);
  const now = deps.now();
  // Of several alerts' MARKET orders in one batch those that are in time are tried again by their retry.
  if (renewed.some((task) => isLate(task, now))) {
    return tasks.map((): PlaceOutcome => ({ kind: 'refused', failure: tooLate }));
  }
  const { held } = await withoutHalted(renewed, deps);
  if (held.length > 0) return tasks.map((): PlaceOutcome => ({ kind: 'refused', failure: haltedMeanwhile }));
  const outcomes = await exchange.place(
    renewed.map((task) => task.request),
    stampOf(renewed),
  );
  // The clock was right a moment ago, so a second refusal is a fault only a person can mend.
  return outcomes.map(
    (outcome): PlaceOutcome =>
      outcome.kind === 'refused' && refusedForClock(outcome)
        ? { kind: 'refused', failure: { ...outcome.failure, action: 'pause_account' } }
        : outcome,
  );
}

async function cancel(batch: SendTask[], exchange: Exchange, deps: AccountSenderDeps): Promise<SettlingOutcome[]> {
  const tasks = await freshlySigned(batch, deps);
  if (tasks.length === 0) return [];
  const outcomes = await exchange.cancel(tasks.map(refOf), stampOf(tasks));
  // Sent again soon anyway; on the same wrong clock it would be refused until an order is placed.
  if (outcomes.some(refusedForClock)) await exchange.syncClock().catch(() => {});
  return await Promise.all(
    tasks.map(async (task, at): Promise<SettlingOutcome> => {
      const outcome = outcomes[at]!;
      return {
        kind: 'cancel',
        task,
        outcome,
        lookup: needsLookup(outcome) ? await lookUp(task, exchange, deps) : null,
      };
    }),
  );
}

async function find(task: SendTask, exchange: Exchange, deps: AccountSenderDeps): Promise<SettlingOutcome> {
  // Nothing to ask by but what it looked like.
  if (task.exchangeOrderId === null && !venueTraits(task.venue).clientOrderIds) {
    return await findLost(task, exchange, deps);
  }
  return { kind: 'find', task, ...(await lookUp(task, exchange, deps)) };
}

async function lookUp(task: SendTask, exchange: Exchange, deps: AccountSenderDeps): Promise<Lookup> {
  const askedAt = deps.now();
  return { outcome: await exchange.find(refOf(task)), askedAt };
}

/** The order may have been filled in part before it left: what is sent again depends on how much. */
function needsLookup(outcome: CancelOutcome): boolean {
  return isNoLongerThere(outcome) || (outcome.kind === 'cancelled' && outcome.report.executed === null);
}

/** Tasks with enough of their receive window left, renewed where they are too old; those lost to another are left out. */
async function freshlySigned(batch: SendTask[], deps: AccountSenderDeps): Promise<SendTask[]> {
  const now = deps.now();
  const old = batch.filter((task) => task.signedAt < now - RENEW_CLAIM_AFTER_MS);
  if (old.length === 0) return batch;
  const renewed = await deps.renew(old, deps.now());
  return [...batch.filter((task) => !old.includes(task)), ...renewed];
}

/** The earliest of the batch: a request that stops being accepted sooner than its claim says is always safe. */
function stampOf(tasks: SendTask[]) {
  return { signedAt: Math.min(...tasks.map((task) => task.signedAt)), receiveWindowMs: RECEIVE_WINDOW_MS };
}

function refOf(task: SendTask) {
  const { symbol, conditional, triggeredOrderId, exchangeOrderId } = task;
  return { clientOrderId: task.request.clientOrderId, symbol, conditional, triggeredOrderId, exchangeOrderId };
}

function refusedForClock(outcome: PlaceOutcome | CancelOutcome): boolean {
  return outcome.kind === 'refused' && outcome.failure.action === 'sync_clock';
}

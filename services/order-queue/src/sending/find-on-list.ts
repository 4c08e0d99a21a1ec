import type { AccountSenderDeps } from './account-sender.ts';
import type { SettlingOutcome } from './outcome.ts';
import type { SendTask } from './send-task.ts';

/**
 * Looks orders of one pair up by the list of its open orders: being on it proves that an order is there. The rest, which
 * may have ended, may never have arrived or may only not be listed yet, has to be looked up one by one, and so has
 * everything where the list cannot be read.
 */
export async function findOnList(
  tasks: SendTask[],
  deps: Pick<AccountSenderDeps, 'connect' | 'now'>,
): Promise<{ found: SettlingOutcome[]; missing: SendTask[] }> {
  const alone = (task: SendTask): SendTask => ({ ...task, listed: true });
  const askedAt = deps.now();
  let listed: Awaited<ReturnType<Awaited<ReturnType<typeof deps.connect>>['openOrders']>>;
  try {
    listed = await (await deps.connect()).openOrders(tasks[0]!.symbol);
  } catch {
    // The single look-up says what is wrong, and is recorded with it.
    return { found: [], missing: tasks.map(alone) };
  }
  const byClientId = new Map(listed.map((report) => [report.clientOrderId, report]));
  const found: SettlingOutcome[] = [];
  const missing: SendTask[] = [];
  for (const task of tasks) {
    const report = byClientId.get(task.request.clientOrderId);
    if (report === undefined) missing.push(alone(task));
    else found.push({ kind: 'find', task, outcome: { kind: 'found', report }, askedAt });
  }
  return { found, missing };
}

import { Decimal } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';
import type { AccountRecord } from './exchange-client.ts';
import type { Stack } from './start-stack.ts';

type Attempt = { number: number; clientId: string; final: boolean };
type Entry = {
  id: number;
  symbol: string;
  type: string;
  status: string;
  quantity: string;
  executed: string;
  attempts: Attempt[];
};

const inFlight = ['submitting', 'cancelling', 'unresolved_place', 'unresolved_cancel'];

/** Throws while an order is in flight, with what is. */
export async function nothingInFlight(sql: Sql, accounts: readonly string[]): Promise<void> {
  const rows = await sql`
    select e.account, e.symbol, e.type, e.status, e.wanted, a.number, a.action, a.claimed_by, a.lookups, a.absences,
      extract(epoch from clock_timestamp() - a.signed_at)::int as signed_s, extract(epoch from a.due_at - clock_timestamp())::int as due_in_s
    from orders.entry e join orders.attempt a on a.order_id = e.id and a.number = e.attempt
    where e.account = any(${accounts as string[]}) and (e.status = any(${inFlight}) or a.action is not null)
    limit 10`;
  if (rows.length > 0) throw new Error(`in flight: ${JSON.stringify([...rows], null, 1)}`);
}

/**
 * What is wrong between our tables and the exchange's own record, in sentences; empty when nothing is. The exchange is
 * the judge: ids accepted twice, more executed than ordered, two orders of ours alive for one, more open than allowed,
 * rows that say something else than it.
 */
export async function disagreements(
  { sql, exchange }: Pick<Stack, 'sql' | 'exchange'>,
  account: string,
  limit: number,
  options: { immediateRefusedWhenFull?: boolean } = {},
): Promise<string[]> {
  const record = await exchange.record(account);
  const wrong = judgeRecord(record, limit, options.immediateRefusedWhenFull ?? false);
  const entries = await sql<Entry[]>`
    select e.id, e.symbol, e.type, e.status, e.quantity::text, e.executed::text,
      coalesce(jsonb_agg(jsonb_build_object('number', a.number, 'clientId', a.client_id, 'final', a.final) order by a.number)
        filter (where a.number is not null), '[]') as attempts
    from orders.entry e left join orders.attempt a on a.order_id = e.id
    where e.account = ${account} group by e.id`;
  const recorded = Map.groupBy(record.orders, (order) => order.clientOrderId);
  for (const entry of entries) {
    const name = `order ${entry.id} (${entry.type} ${entry.symbol}, ${entry.status})`;
    const theirs = entry.attempts.flatMap((attempt) => recorded.get(attempt.clientId) ?? []);
    for (const { clientId } of entry.attempts) recorded.delete(clientId);
    const executed = theirs.reduce((sum, order) => sum.plus(order.executedQty), new Decimal(0));
    if (executed.gt(entry.quantity)) wrong.push(`${name} executed ${executed} of ${entry.quantity}`);
    if (!executed.eq(entry.executed)) wrong.push(`${name} executed ${executed}, our row says ${entry.executed}`);
    const open = theirs.filter(isOpen);
    if (open.length > 1) wrong.push(`${name} is ${open.length} open orders on the exchange`);
    if ((entry.status === 'open') !== (open.length === 1)) {
      wrong.push(`${name} is ${theirs.map((o) => o.status).join(', ') || 'unknown'} on the exchange`);
    }
  }
  const prefix = 'test-';
  for (const clientId of recorded.keys()) {
    if (clientId.startsWith(prefix)) wrong.push(`the exchange has ${clientId}, which is none of our attempts`);
  }
  return wrong;
}

/** What the exchange's record alone says. */
function judgeRecord(record: AccountRecord, limit: number, immediateRefusedWhenFull: boolean): string[] {
  const wrong = record.acceptedTwice.map(({ clientOrderId, times }) => `${clientOrderId} was accepted ${times} times`);
  for (const [symbol, { total }] of Object.entries(record.highestOpen)) {
    if (total > limit) wrong.push(`${symbol} once had ${total} open orders, the limit is ${limit}`);
  }
  const tooMany = record.calls.place?.refused[maxOpenOrders] ?? 0;
  // A MARKET order waits for no slot, so where the exchange refuses one for a full book we cannot but ask.
  if (tooMany > 0 && !immediateRefusedWhenFull)
    wrong.push(`the exchange refused ${tooMany} orders for too many being open`);
  return wrong;
}

/** -2025, MAX_OPEN_ORDER_EXCEEDED. */
const maxOpenOrders = '-2025';

function isOpen({ status }: { status: string }): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED';
}

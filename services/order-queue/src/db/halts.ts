import type { HaltMessage } from '@sluice/contracts';
import type { Sql, Tx } from '@sluice/service-runtime';
import type { Halt } from '../orders/halts.ts';

/** A switch as stored; `request` rises with each change of it. */
export type HaltSwitch = Halt & { halted: boolean; request: number };

/** Every switch that was ever used: a handful of rows. */
export async function readHaltSwitches(sql: Sql): Promise<HaltSwitch[]> {
  return await sql<HaltSwitch[]>`
    select scope, name, halted, request, coalesce(reason, 'no reason given') as reason from orders.halt`;
}

/** Sets one switch, unless a later request has set it already, and remembers the change. */
export async function setHaltSwitch(tx: Tx, message: HaltMessage): Promise<void> {
  const { request, scope, name, halted, reason, by } = message;
  await tx`
    with kept as (
      insert into orders.halt_change (request, scope, name, halted, reason, asked_by)
      values (${request}, ${scope}, ${name}, ${halted}, ${reason}, ${by}) on conflict (request) do nothing)
    insert into orders.halt as h (scope, name, halted, reason, asked_by, request)
    values (${scope}, ${name}, ${halted}, ${reason}, ${by}, ${request})
    on conflict (scope, name) do update set halted = excluded.halted, reason = excluded.reason,
      asked_by = excluded.asked_by, request = excluded.request, changed_at = clock_timestamp()
      where h.request < excluded.request`;
}

/** Lets an account send again that was paused because its key or clock was wrong. True when it was paused. */
export async function liftPause(tx: Tx, account: string): Promise<boolean> {
  const result = await tx`delete from orders.paused_account where account = ${account}`;
  return result.count > 0;
}

/** Pairs in which something of the strategy or account waits are planned again, `afterMs` from now; null means any. */
export async function makeResumedPairsDue(
  tx: Tx,
  of: { strategy: string | null; account: string | null; afterMs: number },
): Promise<void> {
  await tx`
    insert into orders.rebalance_due as d (account, symbol, due_at)
    select account, symbol, statement_timestamp() + ${of.afterMs} * interval '1 ms' from orders.entry
    where status = 'pending' and (${of.account}::text is null or account = ${of.account})
      and (${of.strategy}::text is null or strategy = ${of.strategy})
    group by account, symbol order by account collate "C", symbol collate "C"
    on conflict (account, symbol) do update set due_at = least(d.due_at, excluded.due_at), version = d.version + 1`;
}

/** Leaves the answer to a halt or resume for the gateway; answers nobody took within a minute are deleted. */
export async function writeHaltReply(sql: Sql, id: string): Promise<void> {
  await sql`
    with old as (delete from orders.halt_reply where created_at < clock_timestamp() - interval '1 minute')
    insert into orders.halt_reply (id, body)
    select ${id}, jsonb_build_object(
      'halts', coalesce((select jsonb_agg(jsonb_build_object('scope', scope, 'name', name, 'reason', reason,
        'by', asked_by, 'since', since) order by scope, name) from orders.halt_in_force), '[]'),
      'paused', coalesce((select jsonb_agg(jsonb_build_object('account', account, 'reason', reason, 'since', since)
        order by account) from orders.account_pause), '[]'))
    on conflict (id) do nothing`;
}

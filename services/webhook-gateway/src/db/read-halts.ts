import type { HaltReply } from '@sluice/contracts';
import type { SqlOrTx } from '@sluice/service-runtime';

/** Everything that sends nothing new now. */
export async function readHalts(sql: SqlOrTx): Promise<HaltReply> {
  const [row] = await sql<[HaltReply]>`
    select
      (select coalesce(jsonb_agg(jsonb_build_object('scope', scope, 'name', name, 'reason', reason, 'by', asked_by,
        'since', since) order by scope, name), '[]') from orders.halt_in_force) as halts,
      (select coalesce(jsonb_agg(jsonb_build_object('account', account, 'reason', reason, 'since', since)
        order by account), '[]') from orders.account_pause) as paused`;
  return row;
}

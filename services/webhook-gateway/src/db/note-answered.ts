import type { SqlOrTx } from '@sluice/service-runtime';

/**
 * Notes that a 2xx for these alerts left the socket whole. Locked in the order of ids, since two replicas may note the
 * same alert; not waited for on disk, since an unnoted answer only makes the next equal body a resend.
 */
export async function noteAnswered(sql: SqlOrTx, ids: readonly string[]): Promise<void> {
  await sql`
    with setting as materialized (select set_config('synchronous_commit', 'off', true)),
    unanswered as (
      select r.id from setting, gateway.receipt r
      where r.id = any(${ids as string[]}) and r.answered_at is null order by r.id for update of r)
    update gateway.receipt set answered_at = clock_timestamp() from unanswered where receipt.id = unanswered.id`;
}

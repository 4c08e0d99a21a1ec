import type { DryRunAnswer } from '@sluice/contracts';
import type { Sql } from '@sluice/service-runtime';

/** Leaves the answer of a dry run for the gateway, which takes it; answers nobody took within a minute are deleted. */
export async function writeDryRunReply(sql: Sql, id: string, answer: DryRunAnswer): Promise<void> {
  await sql`
    with old as (delete from orders.dry_run_reply where created_at < clock_timestamp() - interval '1 minute')
    insert into orders.dry_run_reply (id, body) values (${id}, ${sql.json(answer as never)}) on conflict (id) do nothing`;
}

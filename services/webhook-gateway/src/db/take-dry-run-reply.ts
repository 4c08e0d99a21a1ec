import type { DryRunAnswer } from '@sluice/contracts';
import type { SqlOrTx } from '@sluice/service-runtime';

/** The reply to a dry run, taken away with the reading; null while it is not there. */
export async function takeDryRunReply(sql: SqlOrTx, id: string): Promise<DryRunAnswer | null> {
  const [row] = await sql<[{ reply: DryRunAnswer | null }]>`select orders.take_dry_run_reply(${id}) as reply`;
  return row.reply;
}

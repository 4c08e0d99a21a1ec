import type { SettleReply } from '@sluice/contracts';
import type { SqlOrTx } from '@sluice/service-runtime';

/** What became of what a person said of an order, taken away with the reading; null while it is not there. */
export async function takeSettleReply(sql: SqlOrTx, id: string): Promise<SettleReply | null> {
  const [row] = await sql<[{ reply: SettleReply | null }]>`select orders.take_settle_reply(${id}) as reply`;
  return row.reply;
}

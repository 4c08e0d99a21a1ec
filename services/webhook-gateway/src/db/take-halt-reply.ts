import type { HaltReply } from '@sluice/contracts';
import type { SqlOrTx } from '@sluice/service-runtime';

/** The reply to a halt or resume, taken away with the reading; null while it is not there. */
export async function takeHaltReply(sql: SqlOrTx, id: string): Promise<HaltReply | null> {
  const [row] = await sql<[{ reply: HaltReply | null }]>`select orders.take_halt_reply(${id}) as reply`;
  return row.reply;
}

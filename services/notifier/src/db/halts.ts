import type { HaltReply } from '@sluice/contracts';
import type { SqlOrTx } from '@sluice/service-runtime';

/** The number of a halt or resume asked for now; it rises over all who ask, and the later one decides. */
export async function takeRequestNumber(sql: SqlOrTx): Promise<number> {
  const [row] = await sql<[{ request: number }]>`
    select (extract(epoch from clock_timestamp()) * 1000000)::bigint as request`;
  return row.request;
}

/** The reply to a halt or resume, taken away with the reading; null while it is not there. */
export async function takeHaltReply(sql: SqlOrTx, id: string): Promise<HaltReply | null> {
  const [row] = await sql<[{ reply: HaltReply | null }]>`select orders.take_halt_reply(${id}) as reply`;
  return row.reply;
}

import type { SqlOrTx } from '@sluice/service-runtime';

/** The number of an order's current attempt; null where there is no such order. */
export async function readAttemptOf(sql: SqlOrTx, orderId: number): Promise<number | null> {
  const [row] = await sql<{ attempts: number }[]>`select attempts from orders.order_view where id = ${orderId}`;
  return row?.attempts ?? null;
}

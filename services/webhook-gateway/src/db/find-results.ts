import type { AlertAnswer } from '@sluice/contracts';
import type { SqlOrTx } from '@sluice/service-runtime';

/** The results order-queue has completed, of those asked for. */
export async function findResults(sql: SqlOrTx, ids: readonly string[]): Promise<Map<string, AlertAnswer>> {
  const rows = await sql<{ id: string; body: AlertAnswer }[]>`
    select alert_id as id, body from orders.alert_result where alert_id = any(${ids as string[]})`;
  return new Map(rows.map((row) => [row.id, row.body]));
}

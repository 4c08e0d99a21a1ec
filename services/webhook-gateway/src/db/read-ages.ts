import type { RetentionMessage } from '@sluice/contracts';
import type { SqlOrTx } from '@sluice/service-runtime';

/** How long what happened is kept, in days; null while nothing is configured, and nothing has happened. */
export async function readAges(sql: SqlOrTx): Promise<RetentionMessage | null> {
  const [row] = await sql<RetentionMessage[]>`
    select receipts_days as "receiptsDays", events_days as "eventsDays", runs_days as "runsDays" from config.installation`;
  return row ?? null;
}

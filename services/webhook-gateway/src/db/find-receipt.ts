import type { SqlOrTx } from '@sluice/service-runtime';

/** What the answer to an alert is made of; for a duplicate, orders and refusal are the original's. */
export type Receipt = {
  id: string;
  strategy: string;
  /** Whose result answers it: its own id, or the original's. */
  resultId: string;
  duplicateOf: string | null;
  refusal: string | null;
  totalOrders: number;
  accounts: number;
  warnings: string[];
};

/** The receipt of an alert by its public id, or null when there is none. */
export async function findReceipt(sql: SqlOrTx, id: string): Promise<Receipt | null> {
  const [row] = await sql<Receipt[]>`
    select r.id, r.strategy, o.id as "resultId", r.duplicate_of as "duplicateOf", o.refusal,
           case jsonb_typeof(o.orders) when 'array' then jsonb_array_length(o.orders) else 0 end as "totalOrders",
           cardinality(o.accounts) as accounts, r.warnings
    from gateway.receipt r join gateway.receipt o on o.id = coalesce(r.duplicate_of, r.id)
    where r.id = ${id}`;
  return row ?? null;
}

import type { Sql } from '@sluice/service-runtime';

export type StoredAlert = {
  id: string;
  /** Null for what is not executed: a duplicate, or an alert the gateway answered by itself. */
  arrival: number | null;
  duplicateOf: string | null;
  answered: boolean;
  /** Its result is there. */
  completed: boolean;
};

/** What the gateway keeps of a strategy's alerts, in the order they came. */
export async function storedAlerts(sql: Sql, strategy: string): Promise<StoredAlert[]> {
  return await sql<StoredAlert[]>`
    select r.id, r.arrival, r.duplicate_of as "duplicateOf", r.answered_at is not null as answered,
      exists (select from orders.alert_result a where a.alert_id = r.id) as completed
    from gateway.receipt r where r.strategy = ${strategy} order by r.received_at`;
}

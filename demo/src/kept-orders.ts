import postgres from 'postgres';

export type KeptOrders = { onExchange: number; waiting: number };

/** Orders an earlier run left in the database that have not ended. */
export async function countKeptOrders(databaseUrl: string): Promise<KeptOrders> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql<{ on_exchange: number; waiting: number }[]>`
      select count(*) filter (where status <> 'pending')::int as on_exchange,
             count(*) filter (where status = 'pending')::int as waiting
        from orders.entry
       where status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired')`;
    return { onExchange: row!.on_exchange, waiting: row!.waiting };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

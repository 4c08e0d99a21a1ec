import type { Tx } from '@sluice/service-runtime';

export type LearntCap = { account: string; symbol: string; conditional: boolean; cap: number; until: number };

/** Remembers how many orders were live when the exchange refused one more. A later refusal replaces an earlier one. */
export async function learnCaps(tx: Tx, caps: LearntCap[]): Promise<void> {
  if (caps.length === 0) return;
  const rows = [...new Map(caps.map((cap) => [`${cap.account}\n${cap.symbol}\n${cap.conditional}`, cap])).values()];
  await tx`
    insert into orders.learnt_cap as l (account, symbol, conditional, cap, until)
    select account, symbol, conditional, cap, until
    from jsonb_to_recordset(${tx.json(rows.map((row) => ({ ...row, until: new Date(row.until).toISOString() })))})
      r(account text, symbol text, conditional boolean, cap integer, until timestamptz)
    on conflict (account, symbol, conditional) do update set cap = excluded.cap, until = excluded.until`;
}

/** Foreign orders per symbol as just counted; a null count leaves what was known. */
export async function writeForeignCounts(
  tx: Tx,
  account: string,
  counts: Map<string, { open: number | null; conditional: number }>,
): Promise<void> {
  if (counts.size === 0) return;
  const symbols = [...counts.keys()].sort();
  await tx`
    insert into orders.foreign_count as f (account, symbol, open, conditional, counted_at)
    select ${account}, r.symbol, coalesce(r.open, known.open, 0), r.conditional, clock_timestamp()
    from unnest(${symbols}::text[], ${symbols.map((s) => counts.get(s)!.open)}::int[],
                ${symbols.map((s) => counts.get(s)!.conditional)}::int[]) r(symbol, open, conditional)
    left join orders.foreign_count known on known.account = ${account} and known.symbol = r.symbol
    on conflict (account, symbol) do update
      set open = excluded.open, conditional = excluded.conditional, counted_at = excluded.counted_at`;
}

/** Stops an account from sending anything new until the configuration is applied anew. False when it is stopped already. */
export async function pauseAccount(tx: Tx, account: string, reason: string, revision: number): Promise<boolean> {
  const result = await tx`
    insert into orders.paused_account (account, reason, revision) values (${account}, ${reason}, ${revision})
    on conflict (account) do nothing`;
  return result.count > 0;
}

import type { Sql } from '@sluice/service-runtime';

/** Leverage and margin mode as last set and read back. */
export async function readSymbolSetting(
  sql: Sql,
  account: string,
  symbol: string,
): Promise<{ leverage: number; marginMode: string } | undefined> {
  const rows = await sql<{ leverage: string; marginMode: string }[]>`
    select leverage, margin_mode as "marginMode" from orders.symbol_setting where account = ${account} and symbol = ${symbol}`;
  return rows[0] && { leverage: Number(rows[0].leverage), marginMode: rows[0].marginMode };
}

export async function writeSymbolSetting(
  sql: Sql,
  account: string,
  symbol: string,
  leverage: number,
  marginMode: string,
): Promise<void> {
  await sql`
    insert into orders.symbol_setting (account, symbol, leverage, margin_mode) values (${account}, ${symbol}, ${leverage}, ${marginMode})
    on conflict (account, symbol) do update
      set leverage = excluded.leverage, margin_mode = excluded.margin_mode, set_at = clock_timestamp()`;
}

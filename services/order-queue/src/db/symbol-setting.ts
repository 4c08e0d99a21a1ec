import type { Sql } from '@sluice/service-runtime';

export type SymbolSetting = {
  leverage: number;
  marginMode: 'cross' | 'isolated';
  /** Of the configuration it was made by. */
  revision: number;
};

/** Leverage and margin mode as last asked of the exchange; `settled` once they were read back. */
export async function readSymbolSetting(
  sql: Sql,
  account: string,
  symbol: string,
): Promise<(SymbolSetting & { settled: boolean }) | undefined> {
  const rows = await sql<(Omit<SymbolSetting, 'leverage'> & { leverage: string; settled: boolean })[]>`
    select leverage, margin_mode as "marginMode", revision, settled from orders.symbol_setting
    where account = ${account} and symbol = ${symbol}`;
  return rows[0] && { ...rows[0], leverage: Number(rows[0].leverage) };
}

/**
 * Notes that a process is about to ask the exchange, and answers what for: the given setting, or the one another process
 * stored by a newer configuration.
 */
export async function claimSymbolSetting(
  sql: Sql,
  account: string,
  symbol: string,
  { leverage, marginMode, revision }: SymbolSetting,
): Promise<Omit<SymbolSetting, 'revision'> & { ticket: number }> {
  const rows = await sql<{ leverage: string; marginMode: 'cross' | 'isolated'; ticket: number }[]>`
    insert into orders.symbol_setting as s (account, symbol, leverage, margin_mode, revision, ticket, settled)
    values (${account}, ${symbol}, ${leverage}, ${marginMode}, ${revision}, 1, false)
    on conflict (account, symbol) do update
      set leverage = case when s.revision > excluded.revision then s.leverage else excluded.leverage end,
          margin_mode = case when s.revision > excluded.revision then s.margin_mode else excluded.margin_mode end,
          revision = greatest(s.revision, excluded.revision), ticket = s.ticket + 1, settled = false
    returning leverage, margin_mode as "marginMode", ticket`;
  const { leverage: claimed, ...rest } = rows[0]!;
  return { ...rest, leverage: Number(claimed) };
}

/** The exchange has it so; false when another process asked it meanwhile, before or after. */
export async function settleSymbolSetting(sql: Sql, account: string, symbol: string, ticket: number): Promise<boolean> {
  const { count } = await sql`
    update orders.symbol_setting set settled = true, set_at = clock_timestamp()
    where account = ${account} and symbol = ${symbol} and ticket = ${ticket}`;
  return count > 0;
}

/** What is set holds for a newer configuration as well. */
export async function confirmSymbolSetting(sql: Sql, account: string, symbol: string, revision: number): Promise<void> {
  await sql`
    update orders.symbol_setting set revision = ${revision}
    where account = ${account} and symbol = ${symbol} and revision < ${revision}`;
}

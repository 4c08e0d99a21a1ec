import type { Sql, Tx } from '@sluice/service-runtime';
import type { Pair } from '../orders/order.ts';

export type DuePair = Pair & { version: number };

/** Makes pairs due at a time, or earlier where they are due already. A new version keeps a plan under way from clearing it. */
export async function makeDue(tx: Sql | Tx, due: (Pair & { at: number })[]): Promise<void> {
  if (due.length === 0) return;
  const earliest = new Map<string, Pair & { at: number }>();
  for (const row of due) {
    const key = `${row.account}\n${row.symbol}`;
    const known = earliest.get(key);
    if (known === undefined || row.at < known.at) earliest.set(key, row);
  }
  // Sorted: two transactions that make the same pairs due lock the rows in the same order.
  const rows = [...earliest.keys()].sort().map((key) => earliest.get(key)!);
  await tx`
    insert into orders.rebalance_due as d (account, symbol, due_at)
    select account, symbol, due_at
    from unnest(${rows.map((r) => r.account)}::text[], ${rows.map((r) => r.symbol)}::text[],
                ${rows.map((r) => new Date(r.at).toISOString())}::timestamptz[]) r(account, symbol, due_at)
    on conflict (account, symbol) do update
      set due_at = least(d.due_at, excluded.due_at), version = d.version + 1`;
}

/** Pairs that are due now, oldest first: the one index probe of an idle tick. */
export async function readDue(sql: Sql, limit: number): Promise<DuePair[]> {
  return await sql<DuePair[]>`
    select account, symbol, version from orders.rebalance_due
    where due_at <= clock_timestamp() order by due_at limit ${limit}`;
}

/** Clears what has been planned, only at the version that was planned. */
export async function clearDue(tx: Tx, planned: DuePair[]): Promise<void> {
  if (planned.length === 0) return;
  // Locked in order first: a configuration change makes many pairs due at once, in the same order. By byte, as all sort
  // them: by a language's rules BTCDOM/USDT stands before BTC/USDT.
  await tx`
    with done as (
      select d.account, d.symbol from orders.rebalance_due d
      join unnest(${planned.map((p) => p.account)}::text[], ${planned.map((p) => p.symbol)}::text[],
                  ${planned.map((p) => p.version)}::bigint[]) p(account, symbol, version)
        on d.account = p.account and d.symbol = p.symbol and d.version = p.version
      order by d.account collate "C", d.symbol collate "C" for update of d)
    delete from orders.rebalance_due d using done where d.account = done.account and d.symbol = done.symbol`;
}

/** Puts a pair off, unless something has made it due anew. */
export async function deferDue(sql: Sql, pair: DuePair, byMs: number): Promise<void> {
  await sql`
    update orders.rebalance_due set due_at = clock_timestamp() + ${byMs} * interval '1 ms'
    where account = ${pair.account} and symbol = ${pair.symbol} and version = ${pair.version}`;
}

/** Makes everything due now that was put off until later. Planned too early, a pair is only put off again. */
export async function bringForward(sql: Sql): Promise<void> {
  // Locked in order, like everywhere.
  await sql`
    with later as (
      select account, symbol from orders.rebalance_due where due_at > clock_timestamp()
      order by account collate "C", symbol collate "C" for update)
    update orders.rebalance_due d set due_at = clock_timestamp(), version = d.version + 1
    from later where d.account = later.account and d.symbol = later.symbol`;
}

/** Symbols in which stops of an account wait off the exchange. */
export async function readSymbolsOfWaitingStops(tx: Tx, account: string): Promise<string[]> {
  const rows = await tx<{ symbol: string }[]>`
    select distinct symbol from orders.entry
    where account = ${account} and status = 'pending' and type in ('STOP_MARKET', 'STOP_LIMIT') order by symbol`;
  return rows.map(({ symbol }) => symbol);
}

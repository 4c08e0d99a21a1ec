import type { AccountEntry } from '@sluice/exchange';
import type { Sql, Tx } from '@sluice/service-runtime';
import type { Pair } from '../orders/order.ts';

/** A price older than this is said to be old; what it values is shown with the price's own time all the same. */
const OLD_MARK = '90 seconds';

export type ValuedPositions = { valued: number; stale: string[]; unpriced: string[] };

/** A price an exchange told with an account's positions; `at` is when it was asked, as ISO text. */
export type StatedPrice = { account: string; symbol: string; price: string; at: string };

/**
 * Stores the mark price of every symbol with a position that is not flat, ours or foreign; the last price where the
 * exchange states no mark, and what it told with the positions where market-data has none. Answers how many have one, and the symbols whose price is old or not there.
 */
export async function writeMarks(sql: Sql, stated: readonly StatedPrice[]): Promise<ValuedPositions> {
  const rows = await sql<ValuedPositions[]>`
    with held as (
      select account, symbol from orders.position_state where quantity <> 0
      union select account, symbol from orders.position_check where unattributed <> 0),
    priced as materialized (
      select h.account, h.symbol, coalesce(p.price, s.price) as price, case when p.price is null then s.at else p.at end as at
      from held h
      left join jsonb_to_recordset(${sql.json(stated as never)}) s(account text, symbol text, price numeric, at timestamptz)
        on s.account = h.account and s.symbol = h.symbol
      left join config.account a on a.name = h.account
      left join lateral (
        select coalesce(m.mark, m.last) as price, coalesce(m.mark_at, m.at) as at from market.price m where m.venue = a.venue and m.symbol = h.symbol offset 0) p on true),
    stored as (
      insert into orders.position_check as c (account, symbol, mark_price, mark_at)
      select account, symbol, price, at from priced where price is not null order by account, symbol
      on conflict (account, symbol) do update set mark_price = excluded.mark_price, mark_at = excluded.mark_at
      where c.mark_at is distinct from excluded.mark_at or c.mark_price is distinct from excluded.mark_price)
    select (count(*) filter (where price is not null))::int as valued,
      coalesce(array_agg(account || ' ' || symbol) filter (where at < clock_timestamp() - ${OLD_MARK}::interval), '{}') as stale,
      coalesce(array_agg(account || ' ' || symbol) filter (where price is null), '{}') as unpriced
    from priced`;
  return rows[0]!;
}

export type OwnPosition = {
  symbol: string;
  /** Of all strategies together, with what was executed beyond the known fills. */
  quantity: string;
  /** Changes with every fill and every report of an execution. */
  version: string;
};

/** What we hold on an account by what we know, per symbol we ever traded or saw a position in. */
export async function readOwnPositions(sql: Sql, account: string): Promise<OwnPosition[]> {
  return await sql<OwnPosition[]>`
    with known as (
      select symbol, sum(quantity) as quantity from orders.position_state where account = ${account} group by symbol),
    unread as (
      select a.symbol, sum(case e.side when 'buy' then a.executed - a.filled else a.filled - a.executed end) as quantity
      from orders.attempt a join orders.entry e on e.id = a.order_id
      where a.account = ${account} and a.filled < a.executed group by a.symbol)
    select symbol, trim_scale(coalesce(k.quantity, 0) + coalesce(u.quantity, 0))::text as quantity,
      concat(k.quantity, '+', u.quantity) as version
    from known k full join unread u using (symbol)
    order by symbol`;
}

/** What was last compared of a symbol: what was not ours, and what of that a person was told. */
export type Compared = { symbol: string; unattributed: string; announced: string };

export async function readCompared(tx: Tx, account: string): Promise<Compared[]> {
  return await tx<Compared[]>`
    select symbol, unattributed::text, announced::text from orders.position_check where account = ${account} for update`;
}

export async function writeCompared(tx: Tx, account: string, rows: (Compared & { exchange: string })[]): Promise<void> {
  await tx`
    insert into orders.position_check as c (account, symbol, exchange_quantity, unattributed, announced, compared_at)
    select ${account}, symbol, exchange, unattributed, announced, clock_timestamp()
    from jsonb_to_recordset(${tx.json(rows)}) r(symbol text, exchange numeric, unattributed numeric, announced numeric)
    order by symbol
    on conflict (account, symbol) do update
      set exchange_quantity = excluded.exchange_quantity, unattributed = excluded.unattributed,
          announced = excluded.announced, compared_at = excluded.compared_at`;
}

/** Whether an account that has traded has a history that was not read up to that moment. */
export async function isHistoryBehind(sql: Sql, account: string, moment: number): Promise<boolean> {
  const rows = await sql<{ behind: boolean }[]>`
    select exists (select from orders.fill where account = ${account})
      and not exists (select from orders.account_history where account = ${account} and read_to >= ${new Date(moment)}) as behind`;
  return rows[0]!.behind;
}

/** From when an account's history at the exchange has to be read; null while it has never traded. */
export async function readHistoryStart(sql: Sql, account: string): Promise<Date | null> {
  const rows = await sql<{ since: Date | null }[]>`
    select coalesce(
      (select read_to from orders.account_history where account = ${account}),
      (select min(at) from orders.fill where account = ${account})) as since`;
  return rows[0]!.since;
}

export async function writeHistoryRead(sql: Sql, account: string, to: number): Promise<void> {
  await sql`
    insert into orders.account_history (account, read_to) values (${account}, ${new Date(to)})
    on conflict (account) do update set read_to = greatest(account_history.read_to, excluded.read_to)`;
}

/**
 * Stores what the exchange did to a pair's position, each once; the ids of what is new. What of the position was not ours by then is
 * the difference that two looks had found: the last one alone may be what is only read here.
 */
export async function writeAccountEntries(
  tx: Tx,
  { account, symbol }: Pair,
  venue: string,
  entries: AccountEntry[],
): Promise<Set<string>> {
  const rows = entries.map((entry) => ({
    kind: entry.kind,
    exchange_id: entry.id,
    at: new Date(entry.at).toISOString(),
    ...(entry.kind === 'funding'
      ? { amount: entry.amount }
      : {
          side: entry.side,
          quantity: entry.quantity,
          price: entry.price,
          fee: entry.fee,
          fee_currency: entry.feeCurrency,
        }),
  }));
  const stored = await tx<{ id: string }[]>`
    insert into orders.account_entry (account, venue, symbol, kind, exchange_id, amount, side, quantity, price, fee,
      fee_currency, foreign_quantity, at)
    select ${account}, ${venue}, ${symbol}, kind, exchange_id, amount, side, quantity, price, fee, fee_currency,
      coalesce((select announced from orders.position_check c where c.account = ${account} and c.symbol = ${symbol}), 0), at
    from jsonb_to_recordset(${tx.json(rows as never)}) r(kind text, exchange_id text, at timestamptz, amount numeric, side text,
      quantity numeric, price numeric, fee numeric, fee_currency text)
    order by at, exchange_id
    on conflict (account, venue, kind, symbol, exchange_id) do nothing
    returning exchange_id as id`;
  return new Set(stored.map(({ id }) => id));
}

/** Pairs with fills or entries that are in no position yet: of a process that died, or an older release. */
export async function readUnfoldedPairs(sql: Sql): Promise<Pair[]> {
  return await sql<Pair[]>`
    select account, symbol from orders.fill where not folded
    union select account, symbol from orders.account_entry where not folded
    order by account, symbol`;
}

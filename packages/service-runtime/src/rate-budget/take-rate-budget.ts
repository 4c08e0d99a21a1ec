import type { Sql } from '../postgres/connect-postgres.ts';

/** A share of one window that a process asks for. */
export type RateAsk = {
  scope: string;
  windowMs: number;
  windowNo: number;
  /** Units; below zero gives back. */
  want: number;
  /** The window may be filled to this by whoever asks so. */
  ceiling: number;
  /** In use at least, by the exchange's own count and what the asking process still holds. */
  floor: number;
};

/**
 * Takes from the budget all processes share, in one statement of its own: never inside a transaction that holds locks.
 * Answers what was granted of each ask, in the order given; the sum of all grants of a window is never above a ceiling.
 */
export async function takeRateBudget(sql: Sql, asks: RateAsk[]): Promise<number[]> {
  if (asks.length === 0) return [];
  // Sorted: two processes that ask for the same windows lock the rows in the same order.
  const sorted = asks
    .map((ask, place) => ({ ...ask, place }))
    .sort((a, b) => compare(a.scope, b.scope) || a.windowMs - b.windowMs || a.windowNo - b.windowNo);
  const rows = await sql<{ granted: number[] }[]>`
    select runtime.take_rate_budget(
      ${sorted.map((a) => a.scope)}::text[], ${sorted.map((a) => a.windowMs)}::int[],
      ${sorted.map((a) => a.windowNo)}::bigint[], ${sorted.map((a) => a.want)}::int[],
      ${sorted.map((a) => a.ceiling)}::int[], ${sorted.map((a) => a.floor)}::int[]) as granted`;
  const granted = new Array<number>(asks.length).fill(0);
  sorted.forEach((ask, at) => {
    granted[ask.place] = rows[0]!.granted[at]!;
  });
  return granted;
}

export type ClosedScope = { scope: string; until: number; reason: string };

/** Scopes in which the exchange wants no request for now; `until` in ms since the epoch. */
export async function readClosedScopes(sql: Sql): Promise<ClosedScope[]> {
  return await sql<ClosedScope[]>`
    select scope, (extract(epoch from until) * 1000)::float8 as until, reason from runtime.rate_closed
    where until > clock_timestamp()`;
}

/** Closes a scope for every process. True for the one that closed it, false where it was closed already. */
export async function closeScope(sql: Sql, closed: ClosedScope): Promise<boolean> {
  const rows = await sql<{ first: boolean }[]>`
    with before as (select until from runtime.rate_closed where scope = ${closed.scope}),
    written as (
      insert into runtime.rate_closed as c (scope, until, reason)
      values (${closed.scope}, ${new Date(closed.until)}, ${closed.reason})
      on conflict (scope) do update
        set until = greatest(c.until, excluded.until), reason = excluded.reason
        where c.until < excluded.until
      returning 1)
    select count(*) > 0 and not exists (select from before where until > clock_timestamp()) as first from written`;
  return rows[0]!.first;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

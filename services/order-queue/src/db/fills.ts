import type { Fill } from '@sluice/exchange';
import type { Sql, Tx } from '@sluice/service-runtime';
import type { Order } from './order-row.ts';

/** An execution and the attempt of ours it belongs to. */
export type StoredFill = {
  order: Pick<Order, 'id' | 'account' | 'venue' | 'symbol' | 'strategy' | 'side'>;
  attempt: number;
  fill: Fill;
};

/**
 * Stores executions, each once whichever way and however often it is heard of, and adds the new ones to what is known
 * execution by execution of their attempts.
 */
export async function writeFills(tx: Tx, fills: StoredFill[]): Promise<void> {
  if (fills.length === 0) return;
  const rows = fills.map(({ order, attempt, fill }) => ({
    account: order.account,
    venue: order.venue,
    symbol: order.symbol,
    trade_id: fill.tradeId,
    order_id: order.id,
    attempt,
    strategy: order.strategy,
    side: order.side,
    price: fill.price,
    quantity: fill.quantity,
    fee: fill.fee,
    fee_currency: fill.feeCurrency,
    realized_pnl: fill.realizedPnl,
    maker: fill.maker,
    at: new Date(fill.at).toISOString(),
  }));
  await tx`
    with stored as (
      insert into orders.fill (account, venue, symbol, trade_id, order_id, attempt, strategy, side, price, quantity, fee,
        fee_currency, realized_pnl, maker, at)
      select account, venue, symbol, trade_id, order_id, attempt, strategy, side, price, quantity, fee, fee_currency,
        realized_pnl, maker, at
      from jsonb_to_recordset(${tx.json(rows)}) f(account text, venue text, symbol text, trade_id text, order_id bigint,
        attempt integer, strategy text, side text, price numeric, quantity numeric, fee numeric, fee_currency text,
        realized_pnl numeric, maker boolean, at timestamptz)
      order by at, trade_id
      on conflict (account, venue, symbol, trade_id) do nothing
      returning order_id, attempt, quantity),
    news as (select order_id, attempt, sum(quantity) as quantity from stored group by order_id, attempt)
    update orders.attempt a set filled = a.filled + news.quantity
    from news where a.order_id = news.order_id and a.number = news.attempt`;
}

/** An attempt that has executed more than is known execution by execution. */
export type UnreadFills = {
  orderId: number;
  attempt: number;
  symbol: string;
  /** Ids under which the exchange's list of trades may name it. */
  exchangeOrderId: string | null;
  triggeredOrderId: string | null;
  /** When the attempt was opened, before which it has executed nothing; ms since the epoch. */
  since: number;
  /** By the exchange's total. */
  executed: string;
  /** When something of it was last recorded; ms since the epoch. */
  reportedAt: number;
};

/**
 * Attempts of an account whose executions have to be read from the exchange's list. Those that changed a moment ago are
 * left to the stream, which is as a rule a moment behind the answer that told the total.
 */
export async function readUnreadFills(sql: Sql, account: string, now: number): Promise<UnreadFills[]> {
  return await sql<UnreadFills[]>`
    select order_id as "orderId", number as attempt, symbol, exchange_order_id as "exchangeOrderId",
      triggered_order_id as "triggeredOrderId", (extract(epoch from created_at) * 1000)::bigint as since,
      executed::text as executed, (extract(epoch from reported_at) * 1000)::bigint as "reportedAt"
    from orders.attempt
    where account = ${account} and filled < executed
      and reported_at between ${new Date(now - READ_FOR_MS)} and ${new Date(now - LEFT_TO_STREAM_MS)}
    order by symbol, order_id`;
}

const LEFT_TO_STREAM_MS = 5_000;
/** What could not be read for so long never will. */
const READ_FOR_MS = 6 * 24 * 3_600_000;

/** Accounts that have such attempts. Their pairs may have nothing on the exchange any more. */
export async function readAccountsWithUnreadFills(sql: Sql): Promise<string[]> {
  const rows = await sql<{ account: string }[]>`
    select distinct account from orders.attempt
    where filled < executed and reported_at > clock_timestamp() - ${READ_FOR_MS} * interval '1 ms' order by account`;
  return rows.map(({ account }) => account);
}

import { Decimal, type Side } from '@sluice/contracts';
import type { Tx } from '@sluice/service-runtime';
import type { Pair } from '../orders/order.ts';
import type { LedgerRow, PairEntry, PairState } from '../portfolio/fold-pair.ts';
import type { Position } from '../portfolio/position.ts';

type EntryRow = {
  account: string;
  symbol: string;
  kind: PairEntry['kind'];
  source: number;
  /** ms since the epoch */
  at: number;
  id: string;
  strategy: string | null;
  orderId: number | null;
  amount: string | null;
  side: Side | null;
  quantity: string | null;
  price: string | null;
  fee: string | null;
  feeCurrency: string | null;
  foreign: string | null;
};

/** The place of an entry among all of its pair; see `compareEntries`. */
export type Place = { at: number; kind: PairEntry['kind']; id: string };

/** All numbers in `after` are text: jsonb would keep them exactly, JavaScript would not. */
type StoredPosition = Record<'quantity' | 'cost' | 'realized' | 'fees' | 'funding', string> & {
  otherFees: Record<string, string>;
};

/** Executions and entries of the account, as rows of one shape. */
const sources = `
  select account, symbol, 'fill' as kind, id as source, at, trade_id as exchange_id, strategy, order_id, null::numeric as amount,
    side, quantity, price, fee, fee_currency, null::numeric as foreign_quantity, folded
  from orders.fill
  union all
  select account, symbol, kind, id, at, exchange_id, null, null, amount, side, quantity, price, fee, fee_currency,
    foreign_quantity, folded
  from orders.account_entry`;

const columns = `account, symbol, kind, source, (extract(epoch from at) * 1000)::bigint as at, exchange_id as id, strategy,
  order_id as "orderId", amount::text, side, quantity::text, price::text, fee::text, fee_currency as "feeCurrency",
  foreign_quantity::text as foreign`;

/** What is stored of some pairs and in no position yet. */
export async function readUnfolded(tx: Tx, pairs: Pair[]): Promise<(Pair & { entry: PairEntry })[]> {
  const rows = await tx<EntryRow[]>`
    select ${tx.unsafe(columns)} from (${tx.unsafe(sources)}) s
    where not folded and (account, symbol) in (
      select * from unnest(${pairs.map((pair) => pair.account)}::text[], ${pairs.map((pair) => pair.symbol)}::text[]))`;
  return rows.map((row) => ({ account: row.account, symbol: row.symbol, entry: toEntry(row) }));
}

/** Everything of a pair from an instant on, in no order. */
export async function readEntriesFrom(tx: Tx, { account, symbol }: Pair, at: number): Promise<PairEntry[]> {
  const rows = await tx<EntryRow[]>`
    select ${tx.unsafe(columns)} from (${tx.unsafe(sources)}) s
    where account = ${account} and symbol = ${symbol} and at >= ${new Date(at)}`;
  return rows.map(toEntry);
}

/**
 * The last of what is folded of a pair's fills, and of its account's entries. Not the end of the ledger: funding that
 * nobody here held anything for has no row there, and a late fill may say that somebody did.
 */
export async function readLastPlaces(tx: Tx, { account, symbol }: Pair): Promise<Place[]> {
  return await tx<Place[]>`
    (select (extract(epoch from at) * 1000)::bigint as at, 'fill' as kind, trade_id as id from orders.fill f
      where account = ${account} and symbol = ${symbol} and folded
      order by f.at desc, length(trade_id) desc, trade_id collate "C" desc limit 1)
    union all
    (select (extract(epoch from at) * 1000)::bigint, kind, exchange_id from orders.account_entry e
      where account = ${account} and symbol = ${symbol} and folded
      order by e.at desc, kind <> 'funding' desc, length(exchange_id) desc, exchange_id collate "C" desc limit 1)`;
}

/** The positions of a pair as they are now. */
export async function readPositions(tx: Tx, { account, symbol }: Pair): Promise<PairState> {
  const rows = await tx<({ strategy: string } & StoredPosition)[]>`
    select strategy, quantity::text, cost::text, realized::text, fees::text, other_fees as "otherFees", funding::text
    from orders.position_state where account = ${account} and symbol = ${symbol} order by strategy`;
  return new Map(rows.map((row) => [row.strategy, toPosition(row)]));
}

/** The positions of a pair as they were before an instant. */
export async function readPositionsBefore(tx: Tx, { account, symbol }: Pair, at: number): Promise<PairState> {
  const rows = await tx<{ strategy: string; after: StoredPosition }[]>`
    select s.strategy, e.after
    from orders.position_state s
    cross join lateral (
      select after from orders.position_entry e
      where e.account = s.account and e.symbol = s.symbol and e.strategy = s.strategy and e.at < ${new Date(at)}
      order by e.at desc, e.rank desc, length(e.exchange_id) desc, e.exchange_id desc limit 1) e
    where s.account = ${account} and s.symbol = ${symbol} order by s.strategy`;
  return new Map(rows.map((row) => [row.strategy, toPosition(row.after)]));
}

/** Takes back what a pair's ledger says of the time from an instant on, to be folded anew. */
export async function forgetLedgerFrom(tx: Tx, { account, symbol }: Pair, at: number): Promise<void> {
  await tx`
    delete from orders.position_entry
    where account = ${account} and symbol = ${symbol} and at >= ${new Date(at)}`;
}

/** Appends to a pair's ledger and stores its positions as they are after it. */
export async function writeLedger(tx: Tx, pair: Pair, rows: LedgerRow[], state: PairState): Promise<void> {
  const entries = rows.map(({ entry, strategy, change, price, after }) => ({
    strategy,
    kind: entry.kind,
    source: entry.source,
    at: new Date(entry.at).toISOString(),
    rank: entry.kind === 'funding' ? 0 : 1,
    exchange_id: entry.id,
    order_id: entry.kind === 'fill' ? entry.orderId : null,
    quantity: change.quantity.toFixed(),
    price: price?.toFixed() ?? null,
    realized: change.realized.toFixed(),
    fee: change.fee.toFixed(),
    other_fee: change.otherFee.toFixed(),
    fee_currency: entry.kind === 'funding' ? null : entry.feeCurrency,
    funding: change.funding.toFixed(),
    reduces: change.reduces,
    after: toStored(after),
  }));
  const ledger = tx`
    insert into orders.position_entry (account, symbol, strategy, kind, source, at, rank, exchange_id, order_id, quantity,
      price, realized, fee, other_fee, fee_currency, funding, reduces, after)
    select ${pair.account}, ${pair.symbol}, strategy, kind, source, at, rank, exchange_id, order_id, quantity, price,
      realized, fee, other_fee, fee_currency, funding, reduces, after
    from jsonb_to_recordset(${tx.json(entries as never)}) e(strategy text, kind text, source bigint, at timestamptz,
      rank smallint, exchange_id text, order_id bigint, quantity numeric, price numeric, realized numeric, fee numeric,
      other_fee numeric, fee_currency text, funding numeric, reduces boolean, after jsonb)`;
  // All of them: folding anew may take back everything a strategy had from then on.
  const positions = [...state].map(([strategy, position]) => ({ strategy, ...toStored(position) }));
  const ends = tx`
    insert into orders.position_state as p (account, symbol, strategy, quantity, cost, realized, fees, other_fees, funding)
    select ${pair.account}, ${pair.symbol}, strategy, quantity, cost, realized, fees, "otherFees", funding
    from jsonb_to_recordset(${tx.json(positions)}) s(strategy text, quantity numeric, cost numeric, realized numeric,
      fees numeric, "otherFees" jsonb, funding numeric)
    on conflict (account, symbol, strategy) do update
      set quantity = excluded.quantity, cost = excluded.cost, realized = excluded.realized, fees = excluded.fees,
          other_fees = excluded.other_fees, funding = excluded.funding, updated_at = clock_timestamp()
      where (p.quantity, p.cost, p.realized, p.fees, p.other_fees, p.funding)
        is distinct from (excluded.quantity, excluded.cost, excluded.realized, excluded.fees, excluded.other_fees, excluded.funding)`;
  await Promise.all([ledger, ends]);
}

/**
 * Says of the entries of some pairs that they are in their positions, and that the past days they belong to have to be
 * calculated again. The first instant is where the fold began; what came after may have changed with it.
 */
export async function markFolded(tx: Tx, pairs: (Pair & { from: number })[]): Promise<void> {
  const accounts = pairs.map((pair) => pair.account);
  const symbols = pairs.map((pair) => pair.symbol);
  await tx`
    with pairs as materialized (
      select account, symbol, since::timestamptz from unnest(${accounts}::text[], ${symbols}::text[],
        ${pairs.map(({ from }) => new Date(from).toISOString())}::text[]) p(account, symbol, since)),
    fills as (
      update orders.fill f set folded = true from pairs p
      where f.account = p.account and f.symbol = p.symbol and not f.folded),
    entries as (
      update orders.account_entry f set folded = true from pairs p
      where f.account = p.account and f.symbol = p.symbol and not f.folded),
    zone as (select coalesce((select time_zone from config.installation), 'Asia/Seoul') as name)
    insert into orders.performance_due (day)
    select distinct d.day
    from pairs p cross join zone z
    cross join lateral (
      select (e.at at time zone z.name)::date as day from orders.position_entry e
      where e.account = p.account and e.symbol = p.symbol and e.at >= p.since
        and e.at < date_trunc('day', statement_timestamp() at time zone z.name) at time zone z.name
      offset 0) d
    order by 1
    on conflict do nothing`;
}

function toEntry(row: EntryRow): PairEntry {
  const { at, id, source } = row;
  if (row.kind === 'funding') {
    const amount = new Decimal(row.amount!);
    return { kind: 'funding', at, id, source, amount, foreign: new Decimal(row.foreign!) };
  }
  const execution = {
    side: row.side!,
    quantity: new Decimal(row.quantity!),
    price: new Decimal(row.price!),
    fee: new Decimal(row.fee!),
    feeCurrency: row.feeCurrency,
  };
  if (row.kind === 'liquidation') {
    return { kind: 'liquidation', at, id, source, ...execution, foreign: new Decimal(row.foreign!) };
  }
  return { kind: 'fill', at, id, source, ...execution, strategy: row.strategy!, orderId: row.orderId! };
}

function toPosition(stored: StoredPosition): Position {
  return {
    quantity: new Decimal(stored.quantity),
    cost: new Decimal(stored.cost),
    realized: new Decimal(stored.realized),
    fees: new Decimal(stored.fees),
    otherFees: Object.fromEntries(
      Object.entries(stored.otherFees).map(([currency, fee]) => [currency, new Decimal(fee)]),
    ),
    funding: new Decimal(stored.funding),
  };
}

function toStored(position: Position): StoredPosition {
  return {
    quantity: position.quantity.toFixed(),
    cost: position.cost.toFixed(),
    realized: position.realized.toFixed(),
    fees: position.fees.toFixed(),
    otherFees: Object.fromEntries(
      Object.entries(position.otherFees).map(([currency, fee]) => [currency, fee.toFixed()]),
    ),
    funding: position.funding.toFixed(),
  };
}

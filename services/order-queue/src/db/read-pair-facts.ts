import type { SqlOrTx, Tx } from '@sluice/service-runtime';
import type { Halt } from '../orders/halts.ts';
import type { Pair } from '../orders/order.ts';
import type { MarketRules } from '../orders/size-order.ts';
import { marketOf, marketRules } from './read-sizing.ts';

/** What a plan has to know of a pair besides its orders. */
export type PairFacts = Pair & {
  /** As the exchange states them; null where it does not or the market is not known yet. */
  exchangeOpen: number | null;
  exchangeConditional: number | null;
  conditionalScope: 'symbol' | 'account';
  /** Caps learnt from refusals that still hold. */
  learntOpen: number | null;
  learntConditional: number | null;
  /** When the first of those caps ends. */
  capEndsAt: Date | null;
  foreignOpen: number;
  foreignConditional: number;
  /** Why the account sends nothing new; null when it does. */
  paused: string | null;
  /** What a person has stopped, as far as it concerns the account. */
  halts: Halt[];
  /** When the next retry of the pair is due that is not due now. */
  nextRetryAt: Date | null;
  /** Null while nothing is known of the market. */
  market: MarketRules | null;
};

/** Limits, foreign orders and pauses of some pairs; a plan reads them under their locks. `venues` runs beside `pairs`. */
export async function readPairFacts(tx: SqlOrTx, pairs: Pair[], venues: string[], now: number): Promise<PairFacts[]> {
  const accounts = pairs.map((pair) => pair.account);
  const symbols = pairs.map((pair) => pair.symbol);
  const at = new Date(now);
  return await tx<PairFacts[]>`
    select p.account, p.symbol,
      i.max_open_orders as "exchangeOpen", i.max_conditional_orders as "exchangeConditional",
      coalesce(i.conditional_scope, 'symbol') as "conditionalScope",
      lo.cap as "learntOpen", lc.cap as "learntConditional", least(lo.until, lc.until) as "capEndsAt",
      coalesce(f.open, 0) as "foreignOpen", coalesce(f.conditional, 0) as "foreignConditional",
      pa.reason as paused, ${tx.unsafe(haltsOf('p.account'))} as halts, r.next as "nextRetryAt",
      ${tx.unsafe(marketRules)} as market
    from unnest(${accounts}::text[], ${symbols}::text[], ${venues}::text[]) p(account, symbol, venue)
    ${tx.unsafe(marketOf('p.venue', 'p.symbol'))}
    left join orders.learnt_cap lo on lo.account = p.account and lo.symbol = p.symbol and not lo.conditional and lo.until > ${at}
    left join orders.learnt_cap lc on lc.account = p.account and lc.conditional
      and lc.symbol = case when i.conditional_scope = 'account' then '*' else p.symbol end and lc.until > ${at}
    left join orders.foreign_count f on f.account = p.account and f.symbol = p.symbol
    left join orders.paused_account pa on pa.account = p.account
    left join lateral (
      select min(e.retry_at) as next from orders.entry e
      where e.account = p.account and e.symbol = p.symbol and e.status = 'pending' and e.retry_at > ${at}
    ) r on true`;
}

/** Read under the pair's lock, so that a plan after the commit of a halt sends nothing new. */
function haltsOf(account: string): string {
  return `(select coalesce(jsonb_agg(jsonb_build_object('scope', h.scope, 'name', h.name, 'reason', h.reason)), '[]')
    from orders.halt_in_force h where h.scope <> 'account' or h.name = ${account})`;
}

/** Conditional orders of an account that are live or may be: ours in all symbols but those named, and foreign ones. */
export async function countConditionalOrders(tx: Tx, account: string, exceptSymbols: string[]): Promise<number> {
  const rows = await tx<{ count: number }[]>`
    select (select count(*) from orders.entry e
            where e.account = ${account} and e.type in ('STOP_MARKET', 'STOP_LIMIT')
              and e.status in ('submitting', 'open', 'cancelling', 'unresolved_place', 'unresolved_cancel')
              and e.symbol <> all(${exceptSymbols}::text[]))::int
         + coalesce((select sum(f.conditional) from orders.foreign_count f where f.account = ${account}), 0)::int as count`;
  return rows[0]?.count ?? 0;
}

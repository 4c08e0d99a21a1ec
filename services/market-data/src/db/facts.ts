import type { Sql } from '@sluice/service-runtime';
import type { FactsToStore, StoredFacts } from '../markets/fact-changes.ts';

/** Everything that is compared; not the adapter's description itself, whose fingerprint is enough. */
export async function selectFacts(sql: Sql, venue: string): Promise<StoredFacts[]> {
  return await sql<StoredFacts[]>`
    select symbol, venue_symbol as "venueSymbol", min_amount as "minAmount", max_amount as "maxAmount",
           market_max_amount as "marketMaxAmount", min_notional as "minNotional", contract_size as "contractSize",
           max_open_orders as "maxOpenOrders", max_conditional_orders as "maxConditionalOrders",
           conditional_scope as "conditionalScope", adapter_fingerprint as "adapterFingerprint"
      from market.fact
     where venue = ${venue}`;
}

export async function upsertFacts(sql: Sql, venue: string, rows: readonly FactsToStore[]): Promise<void> {
  await sql`
    insert into market.fact (
      venue, symbol, venue_symbol, min_amount, max_amount, market_max_amount, min_notional, contract_size,
      max_open_orders, max_conditional_orders, conditional_scope, adapter_market, adapter_fingerprint)
    select ${venue}, r.symbol, r."venueSymbol", r."minAmount", r."maxAmount", r."marketMaxAmount", r."minNotional",
           r."contractSize", r."maxOpenOrders", r."maxConditionalOrders", r."conditionalScope", r."adapterMarket",
           r."adapterFingerprint"
      from jsonb_to_recordset(${sql.json(rows as never)}) as r(
             symbol text, "venueSymbol" text, "minAmount" numeric, "maxAmount" numeric, "marketMaxAmount" numeric,
             "minNotional" numeric, "contractSize" numeric, "maxOpenOrders" int, "maxConditionalOrders" int,
             "conditionalScope" text, "adapterMarket" jsonb, "adapterFingerprint" text)
     order by r.symbol
    on conflict (venue, symbol) do update
       set venue_symbol = excluded.venue_symbol,
           min_amount = excluded.min_amount,
           max_amount = excluded.max_amount,
           market_max_amount = excluded.market_max_amount,
           min_notional = excluded.min_notional,
           contract_size = excluded.contract_size,
           max_open_orders = excluded.max_open_orders,
           max_conditional_orders = excluded.max_conditional_orders,
           conditional_scope = excluded.conditional_scope,
           adapter_market = excluded.adapter_market,
           adapter_fingerprint = excluded.adapter_fingerprint,
           changed_at = now()`;
}

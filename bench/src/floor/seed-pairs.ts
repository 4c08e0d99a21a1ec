import type { Sql } from '@sluice/service-runtime';

/**
 * Writes pairs with half of their orders on the exchange and half waiting for a place, as if 20 of 40 had been sent:
 * a plan of such a pair moves nothing.
 */
export async function seedPairs(
  sql: Sql,
  { accounts, symbols, ordersPerPair }: { accounts: number; symbols: number; ordersPerPair: number },
): Promise<void> {
  const open = ordersPerPair / 2;
  await sql`
    with venue as (
      insert into market.refresh (venue, kind, read_at)
      select 'binance-usdm', unnest(array['symbols', 'precision', 'facts', 'prices']), clock_timestamp()
      on conflict do nothing),
    symbol as (select 'X' || s || '/USDT' as symbol, 'X' || s || 'USDT' as listed from generate_series(1, ${symbols}::int) s),
    known as (insert into market.symbol (venue, symbol, status) select 'binance-usdm', symbol, 'trading' from symbol),
    precision as (
      insert into market.precision (venue, symbol, price_tick, amount_step)
      select 'binance-usdm', symbol, 0.1, 0.001 from symbol)
    insert into market.fact (venue, symbol, venue_symbol, min_amount, max_amount, min_notional, contract_size,
      max_open_orders, max_conditional_orders, conditional_scope, adapter_market)
    select 'binance-usdm', symbol, listed, 0.001, 1000, 5, 1, 200, 200, 'account', '{}' from symbol`;
  await sql`
    insert into orders.entry (id, uuid, alert_id, strategy, account, venue, symbol, order_index, arrival, type, side, price,
      reduce_only, quantity, priority, sort_price, status, wanted, attempt, received_at)
    select nextval('orders.entry_id'), gen_random_uuid(), md5(a || '/' || s), 'd', 'd' || a, 'binance-usdm',
      'X' || s || '/USDT', o, (a * ${symbols}::int + s) * 100 + o, 'LIMIT', 'buy', 90000 - o, false, 0.01, 3, 90000 - o,
      case when o <= ${open}::int then 'open' else 'pending' end,
      case when o <= ${open}::int then 'live' else 'parked' end, (o <= ${open}::int)::int, clock_timestamp()
    from generate_series(0, ${accounts - 1}::int) a, generate_series(1, ${symbols}::int) s,
      generate_series(1, ${ordersPerPair}::int) o`;
  await sql`
    insert into orders.attempt (order_id, number, client_id, account, symbol, conditional, request, exchange_order_id)
    select id, 1, 'bench-' || id, account, symbol, false, jsonb_build_object('symbol', symbol, 'type', 'LIMIT', 'side', 'buy',
      'quantity', '0.01', 'price', price::text, 'clientOrderId', 'bench-' || id), 'x' || id
    from orders.entry where status = 'open'
    on conflict do nothing`;
  await sql.unsafe('vacuum analyze orders.entry, orders.attempt');
}

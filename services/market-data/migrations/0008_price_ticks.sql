-- Ticks that depend on the price, as on the Korean market: [{"from": "0", "tick": "1"}, …], ascending. Null where one
-- tick holds for all prices; price_tick is the smallest of them otherwise.
alter table market.precision add column price_ticks jsonb check (jsonb_typeof(price_ticks) = 'array');

create or replace view market.instrument as
  select s.venue, s.symbol, f.venue_symbol, s.status,
         p.price_tick, p.amount_step, f.min_amount, f.max_amount, p.market_amount_step, f.market_max_amount,
         f.min_notional, f.contract_size, f.max_open_orders, f.max_conditional_orders, f.conditional_scope,
         f.adapter_market, r.read_at as facts_at, p.price_ticks
    from market.symbol s
    join market.precision p using (venue, symbol)
    join market.fact f using (venue, symbol)
    join market.refresh r on r.venue = s.venue and r.kind = 'facts';

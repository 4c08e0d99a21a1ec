-- Mark prices move every second for every symbol, last prices where somebody trades: a table of their own lets both be
-- stored by one plain upsert each.
create table market.mark_price (
  venue  text not null,
  symbol text not null,
  mark   numeric not null,
  at     timestamptz not null,        -- the exchange's time
  primary key (venue, symbol)
) with (fillfactor = 50);

create or replace view market.price as
  select p.venue, p.symbol, p.last, p.at, m.mark, m.at as mark_at, p.seen_at
    from market.last_price p left join market.mark_price m on m.venue = p.venue and m.symbol = p.symbol;

alter table market.last_price drop column mark, drop column mark_at;

-- What somebody has something at stake in: orders that are alive, or a position. The live orders are found by skipping
-- from one (strategy, account, symbol) to the next in the index, so that 400,000 orders of one pair cost one look.
create or replace view orders.open_exposure as
  with recursive live as (
    (select e.strategy || E'\n' || e.account as link, e.symbol, e.venue from orders.entry e
      where e.status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired')
      order by e.strategy || E'\n' || e.account, e.symbol limit 1)
    union all
    select next.link, next.symbol, next.venue from live
    cross join lateral (
      select e.strategy || E'\n' || e.account as link, e.symbol, e.venue from orders.entry e
      where e.status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired')
        and (e.strategy || E'\n' || e.account, e.symbol) > (live.link, live.symbol)
      order by e.strategy || E'\n' || e.account, e.symbol limit 1) next)
  select venue, symbol from live
  union
  select a.venue, n.symbol from orders.position_state n join config.account a on a.name = n.account where n.quantity <> 0;

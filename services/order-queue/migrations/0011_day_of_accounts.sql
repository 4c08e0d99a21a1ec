-- What a person is told of at the end of a day.

-- What each strategy did on each account from one moment to another, whatever the zone its day begins in. An order that
-- was sent twice counts once. Read once a day, from the whole table: an index for it would cost every write.
create function orders.day_of_accounts(since timestamptz, until timestamptz)
returns table (account text, strategy text, sent integer, filled integer, failed integer, waiting integer,
               trades integer, wins integer, realized numeric, fees numeric, funding numeric)
language sql stable as $$
  with counted as (
    select e.account, e.strategy,
           count(*) filter (where e.status = 'filled' and e.ended_at > since and e.ended_at <= until)::int as filled,
           count(*) filter (where e.status in ('failed', 'rejected', 'expired')
                              and e.ended_at > since and e.ended_at <= until)::int as failed,
           count(*) filter (where e.status = 'pending')::int as waiting
      from orders.entry e where e.ended_at is null or e.ended_at > since group by 1, 2),
  sends as (
    select e.account, e.strategy, count(distinct a.order_id)::int as sent
      from orders.attempt a join orders.entry e on e.id = a.order_id
     where a.created_at > since and a.created_at <= until and a.signed_at is not null group by 1, 2),
  earned as (
    select p.account, p.strategy, sum(p.realized) as realized, sum(p.fee) as fees, sum(p.funding) as funding
      from orders.position_entry p where p.at > since and p.at <= until group by 1, 2),
  closed as (
    select c.account, c.strategy, count(*)::int as trades, (count(*) filter (where c.earned > 0))::int as wins
      from (select p.account, p.strategy, sum(p.realized) as earned
              from orders.position_entry p where p.at > since and p.at <= until and p.reduces
             group by p.account, p.strategy, coalesce(p.order_id::text, p.kind || p.source)) c
     group by 1, 2),
  links as (
    select l.account, l.strategy from config.strategy_account l where l.removed_at is null
    union select c.account, c.strategy from counted c union select e.account, e.strategy from earned e)
  select l.account, l.strategy, coalesce(s.sent, 0), coalesce(c.filled, 0), coalesce(c.failed, 0), coalesce(c.waiting, 0),
         coalesce(t.trades, 0), coalesce(t.wins, 0), coalesce(e.realized, 0), coalesce(e.fees, 0), coalesce(e.funding, 0)
    from links l
    left join counted c on c.account = l.account and c.strategy = l.strategy
    left join sends s on s.account = l.account and s.strategy = l.strategy
    left join earned e on e.account = l.account and e.strategy = l.strategy
    left join closed t on t.account = l.account and t.strategy = l.strategy
$$;

-- The balance of each account as it was last read to allot capital; nothing else stores one.
create view orders.known_balance as
  select account, balance, allotted_at as at from orders.allotment_history;

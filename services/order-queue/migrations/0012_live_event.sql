-- What happens to orders, for whoever follows it live. Views only: the history is the source, and its numbers the cursor.

create view orders.live_event as
  select v.id, v.at, v.kind, v.status as state, v.attempt, v.cause, v.detail,
         v.order_id, e.strategy, e.account, e.venue, e.symbol, e.type, e.side, e.price, e.stop_price, e.quantity, e.alert_id
  from orders.event v join orders.entry e on e.id = v.order_id;

-- Transactions that have written events, or begun to, and are not over. A number is drawn after this lock is taken, and
-- the lock is given back after the commit can be seen; so once all that are here now are gone, no number below the highest
-- that can be seen now will turn up any more.
create view orders.open_event_writer as
  select l.virtualtransaction as writer from pg_locks l
  where l.locktype = 'relation' and l.relation = 'orders.event'::regclass and l.mode = 'RowExclusiveLock'
    and l.database = (select d.oid from pg_database d where d.datname = current_database());

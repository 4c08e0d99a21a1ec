-- What is past its age is found here, oldest first.
create index alert_answer_age on orders.alert_answer (completed_at, alert_id);

-- Alerts nothing can happen to any more: answered, and none of their orders is alive. Their receipts may go.
create view orders.alert_at_rest as
  select w.alert_id from orders.alert_answer w
  where not exists (
    select from orders.entry e where e.alert_id = w.alert_id
      and e.status not in ('filled', 'cancelled', 'rejected', 'failed', 'expired'));

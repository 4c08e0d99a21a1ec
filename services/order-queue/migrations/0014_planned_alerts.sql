-- Alerts of the last day that have no answer are looked for every five minutes. Without this the look reads what is kept
-- of every alert of the last months: a second for 900,000 of them.
create index alert_account_planned on orders.alert_account (planned_at);

-- Since when a post is tried: one that Telegram answers with an error of its own for a day is given up.
alter table notifier.post add column first_tried_at timestamptz;

create or replace function notifier.resend(ids bigint[]) returns setof bigint language sql as $$
  update notifier.post
     set state = 'open', tries = 0, next_at = clock_timestamp(), ended_at = null, first_tried_at = null
   where state = 'dead' and (ids is null or id = any (ids))
  returning id
$$;

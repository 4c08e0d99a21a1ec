-- What people are told by Telegram. Written by notifier alone.
create schema if not exists notifier;

-- A Telegram message, in parts where it is too long for one. Composed once: a repeated try sends the same words.
create table notifier.post (
  id         bigint generated always as identity primary key,
  chat       text not null,
  -- [{text, bold: [[from, to], …]}], in UTF-16 units as Telegram counts.
  parts      jsonb not null,
  -- A try goes on behind the parts Telegram has confirmed.
  parts_sent integer not null default 0,
  state      text not null default 'open' check (state in ('open', 'sent', 'dead')),
  -- Tries that failed while Telegram served others.
  tries      integer not null default 0,
  -- Telegram refused the format, so it goes without.
  plain      boolean not null default false,
  next_at    timestamptz not null default clock_timestamp(),
  tried_at   timestamptz,
  -- What Telegram said, and for a dead one what to do about it.
  error      text,
  created_at timestamptz not null default clock_timestamp(),
  ended_at   timestamptz
)
with (fillfactor = 80);
-- The oldest open post of a chat is the only one that is sent: that keeps the order.
create index post_open on notifier.post (chat, id) where state = 'open';
create index post_dead on notifier.post (id) where state = 'dead';
-- A process that takes over counts what was sent in the last minute.
create index post_tried on notifier.post (tried_at);

-- What one chat is to be told of one incident. It waits until a post takes it up, alone or with its repeats.
create table notifier.message (
  id          bigint generated always as identity primary key,
  -- The queue's id of the message, or what else it was made from: whatever is delivered twice is stored once.
  source      text not null,
  -- Null where nobody is configured to be told: kept to be read here.
  chat        text,
  -- Repeats of one incident are told together.
  incident    text not null,
  kind        text not null,
  body        jsonb not null,
  -- The job and trace that made it.
  traceparent text,
  baggage     text,
  stored_at   timestamptz not null default clock_timestamp(),
  post_id     bigint references notifier.post (id),
  unique nulls not distinct (source, chat)
);
create index message_waiting on notifier.message (chat, id) where post_id is null and chat is not null;
create index message_of_post on notifier.message (post_id);
create index message_age on notifier.message (stored_at);

-- When a chat was last told of an incident: repeats soon after it wait and come as one.
create table notifier.incident (
  chat     text not null,
  incident text not null,
  first_at timestamptz not null,
  last_at  timestamptz not null,
  primary key (chat, incident)
);

-- Which process speaks to Telegram: only one may, for the rates are counted in it and a bot has one reader.
create table notifier.speaker (
  only_row    boolean primary key default true check (only_row),
  replica     text,
  lease_until timestamptz not null,
  -- Since when Telegram does not answer; null while it does.
  away_since  timestamptz
)
with (fillfactor = 50);
insert into notifier.speaker (lease_until) values (clock_timestamp());

-- Jobs that do not run, and have been told of.
create table notifier.stopped_job (
  job      text primary key,
  told_at  timestamptz not null default clock_timestamp(),
  last_run timestamptz
);

-- What others may read ------------------------------------------------------------------------------------------

create view notifier.dead_letter as
  select p.id, p.chat, p.error, p.ended_at as at, p.parts -> 0 ->> 'text' as text,
         (select count(*)::int from notifier.message m where m.post_id = p.id) as messages
    from notifier.post p where p.state = 'dead';

-- Puts dead letters back, all of them where no ids are given; answers which. They come before what waits.
create function notifier.resend(ids bigint[]) returns setof bigint language sql as $$
  update notifier.post set state = 'open', tries = 0, next_at = clock_timestamp(), ended_at = null
   where state = 'dead' and (ids is null or id = any (ids))
  returning id
$$;

comment on view notifier.dead_letter is 'Telegram messages that were given up, and what to do about each.';

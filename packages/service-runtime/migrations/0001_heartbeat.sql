-- One row per living process, rewritten every few seconds; a row older than that is a process that died.
create table runtime.heartbeat (
  service text not null,
  replica text not null,
  started_at timestamptz not null,
  beat_at timestamptz not null default now(),
  ready boolean not null,
  memory_rss bigint not null,
  memory_limit bigint not null,
  version text,
  details jsonb,
  primary key (service, replica)
)
-- Room on the page, so that a beat rewrites its row in place.
with (fillfactor = 50);

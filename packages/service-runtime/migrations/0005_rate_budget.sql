-- What is left of the exchanges' rate limits, shared by every process that calls them.

-- One row per limit and window, used again every fourth window, so that nothing has to be deleted.
create table runtime.rate_budget (
  -- 'orders main': orders of an account; 'weight binance-usdm default': request weight of an outgoing address.
  scope text not null,
  window_ms integer not null,
  slot smallint not null,
  -- Windows are counted from the epoch on the exchange's clock.
  window_no bigint not null,
  -- Handed out to processes, spent or not; with what the exchange says was used by others.
  taken integer not null,
  primary key (scope, window_ms, slot)
)
-- Room on the page, so that taking rewrites its row in place.
with (fillfactor = 50);

-- Scopes in which the exchange has refused a request for its rate: nothing is sent before `until`.
create table runtime.rate_closed (
  scope text primary key,
  until timestamptz not null,
  reason text not null
);

/*
 * Takes up to `wants` from each window and answers what was granted, in the order asked. `ceilings` is what the caller
 * may fill the window to; `floors` what is in use at least, as the exchange's own count says. A negative want gives back.
 * Rows are locked in the order asked, which callers sort. Its commit does not wait for the disk: a crash of the server
 * takes longer than the window whose count it could lose.
 */
create function runtime.take_rate_budget(
  scopes text[], lengths integer[], numbers bigint[], wants integer[], ceilings integer[], floors integer[]
) returns integer[] language plpgsql as $$
declare
  granted integer[] := '{}';
  held runtime.rate_budget;
  part integer;
begin
  perform set_config('synchronous_commit', 'off', true);
  for i in 1 .. cardinality(scopes) loop
    select * into held from runtime.rate_budget b
      where b.scope = scopes[i] and b.window_ms = lengths[i] and b.slot = numbers[i] % 4 for update;
    if not found then
      insert into runtime.rate_budget values (scopes[i], lengths[i], numbers[i] % 4, numbers[i], 0)
        on conflict do nothing;
      select * into held from runtime.rate_budget b
        where b.scope = scopes[i] and b.window_ms = lengths[i] and b.slot = numbers[i] % 4 for update;
    end if;
    if held.window_no > numbers[i] then
      -- The window is over by somebody's clock; what is asked for it comes too late.
      granted := granted || 0;
      continue;
    end if;
    if held.window_no < numbers[i] then held.taken := 0; end if;
    held.taken := greatest(held.taken, floors[i]);
    part := greatest(least(wants[i], ceilings[i] - held.taken), least(wants[i], 0));
    update runtime.rate_budget b set window_no = numbers[i], taken = greatest(0, held.taken + part)
      where b.scope = scopes[i] and b.window_ms = lengths[i] and b.slot = numbers[i] % 4;
    granted := granted || part;
  end loop;
  return granted;
end $$;

-- What a person adds to the built-in trading hours of a venue: further holidays, holidays that are none, and days of other
-- hours ({"2026-11-19": "10:00-16:30"}), all in the exchange's own zone.
alter table config.venue
  add column closed_days jsonb not null default '[]',
  add column open_days jsonb not null default '[]',
  add column special_hours jsonb not null default '{}';

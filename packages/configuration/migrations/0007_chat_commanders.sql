-- Who may command the bot in a group: {"chat": ["user id", …]}. In a private chat it is whose chat it is.
alter table config.installation
  add column chat_commanders jsonb not null default '{}' check (jsonb_typeof(chat_commanders) = 'object');

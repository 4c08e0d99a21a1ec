-- How people are told.
alter table config.installation
  -- A reference, {"env": "NAME"} or {"file": "relative/path"}; never the token.
  add column bot_token jsonb,
  -- Called instead of Telegram's own address.
  add column telegram_api text,
  add column language text not null default 'ko' check (language in ('ko', 'en')),
  -- Chats that read another language than that.
  add column chat_languages jsonb not null default '{}' check (jsonb_typeof(chat_languages) = 'object');

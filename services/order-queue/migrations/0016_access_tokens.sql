-- Access tokens of venues that want one with each request (KIS). One row per pair of app key and origin, named by a hash,
-- since one token serves all accounts and replicas: KIS issues one a minute and tells the owner of the key each time.
create table orders.access_token (
  app          text primary key,
  -- AES-256-GCM under the key of this id; null where there is no token. Never a token in the clear.
  sealed       bytea,
  sealing_key  text,
  -- SHA-256, by which a replica says which token the venue has refused.
  token_hash   text,
  issued_at    timestamptz,
  expires_at   timestamptz,
  -- The token that was given up as refused; handed out again by the venue it is not given up a second time.
  dropped_hash text,
  -- When the venue was last asked for one, and until when whoever asked may still be waiting for the answer.
  asked_at     timestamptz,
  asking_until timestamptz
);

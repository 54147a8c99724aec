CREATE TABLE users (
  id            uuid PRIMARY KEY,
  email         varchar(255) NOT NULL UNIQUE,
  password_hash varchar(255) NOT NULL,
  roles         text[] NOT NULL,
  tier          varchar(50) NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now()
);

-- A login. Tokens are kept as SHA-256: they are long and random, so a slow hash would add nothing.
CREATE TABLE sessions (
  id              text PRIMARY KEY,
  user_id         uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  refresh_sha256  char(64) NOT NULL UNIQUE,
  previous_sha256 char(64),
  refreshed_at    timestamptz NOT NULL DEFAULT now(),
  created_at      timestamptz NOT NULL DEFAULT now(),
  expires_at      timestamptz NOT NULL,
  ended_at        timestamptz
);
CREATE INDEX sessions_previous ON sessions (previous_sha256);
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_keys (
  id          uuid PRIMARY KEY,
  sha256      char(64) NOT NULL UNIQUE,
  owner_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name        varchar(100) NOT NULL,
  tier        varchar(50) NOT NULL,
  permissions text[] NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  revoked_at  timestamptz
);

-- RSA keys that sign access tokens. The private part is encrypted under node.secret.
CREATE TABLE signing_keys (
  kid         text PRIMARY KEY,
  public_key  bytea NOT NULL,
  private_key bytea NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);

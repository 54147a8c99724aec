-- Answers to requests that create something, kept to be given again for the same Idempotency-Key.
CREATE TABLE idempotency (
  caller      text        NOT NULL,
  key         text        NOT NULL,
  fingerprint bytea       NOT NULL,
  response    text        NOT NULL,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (caller, key)
);

CREATE INDEX idempotency_expires_at ON idempotency (expires_at);

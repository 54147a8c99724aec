CREATE TABLE audit_log (
  id        BIGSERIAL    PRIMARY KEY,
  user_id   UUID,
  action    VARCHAR(100) NOT NULL,
  resource  VARCHAR(255),
  timestamp TIMESTAMPTZ  DEFAULT NOW(),
  metadata  JSONB,
  -- Kafka delivers at least once; the log has each event once.
  event_id  UUID         UNIQUE
);

-- Pages go down the id, within one account or one resource.
CREATE INDEX audit_log_by_user ON audit_log (user_id, id DESC);
CREATE INDEX audit_log_by_resource ON audit_log (resource, id DESC);

-- Events on their way to Kafka. The relay reads in the order of seq and deletes what is published.
--
-- CACHE 1 matters: a sequence that hands numbers out to sessions in blocks would give two changes of
-- one aggregate, made in two sessions, numbers in the wrong order.
CREATE TABLE outbox (
  seq        bigint      GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
  event_id   uuid        NOT NULL UNIQUE,
  topic      text        NOT NULL,
  key        text        NOT NULL,
  payload    bytea       NOT NULL,
  headers    jsonb       NOT NULL,
  created_at timestamptz NOT NULL
) WITH (
  -- Rows live for milliseconds: the head of the index must not fill with dead ones.
  autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0
);

-- Events no broker takes (too large, a topic name it refuses), with the reason. Nothing is deleted here
-- by itself: an operator looks at them, and moves them back or not.
CREATE TABLE outbox_dead (
  seq        bigint      PRIMARY KEY,
  event_id   uuid        NOT NULL,
  topic      text        NOT NULL,
  key        text        NOT NULL,
  payload    bytea       NOT NULL,
  headers    jsonb       NOT NULL,
  created_at timestamptz NOT NULL,
  reason     text        NOT NULL,
  died_at    timestamptz NOT NULL DEFAULT now()
);

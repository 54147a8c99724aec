-- Amounts are minor units of the order's currency; all lines of an order share it.
CREATE TABLE orders (
  id          uuid        PRIMARY KEY,
  user_id     uuid        NOT NULL,
  status      text        NOT NULL
    CHECK (status IN ('created', 'confirmed', 'processing', 'shipped', 'delivered', 'cancelled')),
  currency    text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  total_minor bigint      NOT NULL CHECK (total_minor >= 0),
  version     bigint      NOT NULL CHECK (version >= 1),
  created_at  timestamptz NOT NULL,
  updated_at  timestamptz NOT NULL
);

-- Pages of one account, and of all accounts: both read off the index, newest first.
CREATE INDEX orders_by_user ON orders (user_id, created_at DESC, id DESC);
CREATE INDEX orders_by_age ON orders (created_at DESC, id DESC);

CREATE TABLE order_items (
  order_id         uuid   NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  line             int    NOT NULL CHECK (line >= 1),
  sku              text   NOT NULL,
  quantity         int    NOT NULL CHECK (quantity >= 1),
  unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
  PRIMARY KEY (order_id, line)
);

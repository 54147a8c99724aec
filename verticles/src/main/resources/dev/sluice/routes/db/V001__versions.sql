-- The newest version, in the one row there is: who stores another holds its lock. 0: none was stored.
CREATE TABLE head (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint  NOT NULL CHECK (version >= 0)
);
INSERT INTO head (version) VALUES (0);

CREATE TABLE versions (
  version   bigint      PRIMARY KEY CHECK (version >= 1),
  document  text        NOT NULL,
  -- Of the document, in UTF-8; so that a list of versions need not read them.
  bytes     int         NOT NULL CHECK (bytes >= 0),
  author    text        NOT NULL,
  stored_at timestamptz NOT NULL,
  comment   text
);

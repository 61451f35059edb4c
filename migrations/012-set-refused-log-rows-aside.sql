-- Rows of the decision log that the database refuses for good, such as one with a text that it cannot hold. They are set aside here as bytes, which
-- can hold anything, so that the rows beside them and after them are stored.
CREATE TABLE log_refused_row (
  tenant_id     text COLLATE "C" NOT NULL DEFAULT 'public',
  writer_id     text COLLATE "C" NOT NULL,
  seq           int8 NOT NULL,            -- its number in its chain where it was answered; else the next row took that number
  at            timestamptz NOT NULL,
  answered      boolean NOT NULL,         -- the answer was given before the database was asked, as with a spool
  sql_state     text COLLATE "C" NOT NULL,
  record        bytea NOT NULL,           -- the row as JSON in UTF-8; what callers sent is sealed in it as in the log
  previous_hash text COLLATE "C" NOT NULL,
  hash          text COLLATE "C" NOT NULL,
  signer        text COLLATE "C" NOT NULL,
  signature     text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, writer_id, seq, hash)
);
SELECT keep_unchanged('log_refused_row');
SELECT keep_to_tenant('log_refused_row', false);
GRANT INSERT ON log_refused_row TO precert_app;

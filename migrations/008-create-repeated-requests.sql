-- Requests that were sent under an Idempotency-Key, for a day: what was answered is answered again. Neither the key nor the request is
-- here, only their marks (HMACs), and the answer is sealed. Rows are no history: they are changed, and removed when they have expired.
CREATE TABLE repeated_request (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  key_mark     text COLLATE "C" NOT NULL CHECK (key_mark ~ '^[0-9a-f]{64}$'),      -- of caller and key
  request_mark text COLLATE "C" NOT NULL CHECK (request_mark ~ '^[0-9a-f]{64}$'),  -- of route, query and body
  holder       text COLLATE "C" NOT NULL,   -- the one run of one process that answers, or has answered
  begun_at     timestamptz NOT NULL,
  leased_until timestamptz NOT NULL,        -- without an answer by then the holder counts as dead, and another may take over
  expires_at   timestamptz NOT NULL,
  answer       bytea,
  PRIMARY KEY (tenant_id, key_mark)
);
-- What is sealed looks random: trying to compress it would be work for nothing.
ALTER TABLE repeated_request ALTER COLUMN answer SET STORAGE EXTERNAL;
CREATE INDEX repeated_request_expiry ON repeated_request (tenant_id, expires_at);
SELECT keep_to_tenant('repeated_request', false);
-- What was answered to a repeated request is no history: it is changed by who answers, and removed when it has expired.
GRANT INSERT, UPDATE, DELETE ON repeated_request TO precert_app;

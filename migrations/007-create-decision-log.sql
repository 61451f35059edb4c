-- What was answered, to whom, under which policy: one row per determination, and one per reading or replay of the log.
-- Rows are written once. Each writer (a run of a process, or what follows in it on a batch of unknown fate) has one chain per tenant: `hash` covers the row and the hash before it.
-- Codes, plan and outcome are clear, for search; what was asked and answered (dates, diagnoses, chart facts) is sealed.

-- Data keys of tenants, wrapped with the key of the installation. Taking `wrapped` away is erasure: chains stay valid, since they hash what is sealed.
CREATE TABLE data_key (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  key_id       text COLLATE "C" NOT NULL CHECK (key_id ~ '^[0-9a-f]{16}$'),
  wrapped      text COLLATE "C",
  created_at   timestamptz NOT NULL DEFAULT now(),
  destroyed_at timestamptz CHECK ((destroyed_at IS NULL) = (wrapped IS NOT NULL)),
  PRIMARY KEY (tenant_id, key_id)
);

-- A data key is destroyed once, and until then it can be wrapped anew; nothing else of its row changes.
CREATE FUNCTION destroy_once () RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_wrapped_anew boolean := NEW.destroyed_at IS NULL AND NEW.wrapped IS NOT NULL AND NEW.wrapped IS DISTINCT FROM OLD.wrapped;
BEGIN
  IF (NEW.tenant_id, NEW.key_id, NEW.created_at) IS DISTINCT FROM (OLD.tenant_id, OLD.key_id, OLD.created_at)
     OR OLD.destroyed_at IS NOT NULL OR (NEW.destroyed_at IS NULL AND NOT is_wrapped_anew) THEN
    RAISE EXCEPTION 'rows of % can only be wrapped anew, or destroyed once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER destroyed_once BEFORE UPDATE ON data_key FOR EACH ROW EXECUTE FUNCTION destroy_once();
CREATE TRIGGER not_deleted BEFORE DELETE ON data_key FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON data_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE decision_log (
  tenant_id        text COLLATE "C" NOT NULL DEFAULT 'public',
  writer_id        text COLLATE "C" NOT NULL,
  seq              int8 NOT NULL CHECK (seq > 0),
  at               timestamptz NOT NULL,
  action           text COLLATE "C" NOT NULL CHECK (action IN ('determination', 'reading', 'replay', 'erasure')),
  determination_id text COLLATE "C",  -- what was determined, read or replayed; NULL for many at once
  caller_id        text COLLATE "C" NOT NULL,
  channel          text COLLATE "C" NOT NULL,
  request_id       text COLLATE "C" NOT NULL,
  check_kind       text COLLATE "C",
  engine_version   text COLLATE "C",
  policy_revision  int8,
  plan_id          text COLLATE "C",
  procedure_codes  text[] NOT NULL,
  outcome          text COLLATE "C",
  reason_codes     text[] NOT NULL,
  reference_marks  text[] NOT NULL,   -- HMACs of references that the caller sent
  key_id           text COLLATE "C" NOT NULL,
  sealed           bytea NOT NULL,
  previous_hash    text COLLATE "C" NOT NULL,
  hash             text COLLATE "C" NOT NULL,
  -- `at` stands in the key because the table is divided by it.
  PRIMARY KEY (tenant_id, writer_id, seq, at)
) PARTITION BY RANGE (at);
CREATE INDEX decision_log_determination ON decision_log (tenant_id, determination_id) WHERE action = 'determination';
CREATE INDEX decision_log_time ON decision_log (tenant_id, at, writer_id, seq) WHERE action = 'determination';
-- What is sealed cannot be compressed further.
ALTER TABLE decision_log ALTER COLUMN sealed SET STORAGE EXTERNAL;
SELECT keep_unchanged('decision_log');

-- Rows of the log from JSON with the names of the program, in the order of its columns.
CREATE FUNCTION log_rows_of (given json) RETURNS SETOF decision_log LANGUAGE sql STABLE AS $$
  SELECT "tenantId", "writerId", seq, at, action, "determinationId", "callerId", channel, "requestId", "checkKind", "engineVersion", "policyRevision",
    "planId", "procedureCodes", outcome, "reasonCodes", "referenceMarks", "keyId", decode(sealed, 'base64'), "previousHash", hash
  FROM json_to_recordset(given) AS r("tenantId" text, "writerId" text, seq int8, at timestamptz, action text, "determinationId" text, "callerId" text,
    channel text, "requestId" text, "checkKind" text, "engineVersion" text, "policyRevision" int8, "planId" text, "procedureCodes" text[], outcome text,
    "reasonCodes" text[], "referenceMarks" text[], "keyId" text, sealed text, "previousHash" text, hash text)
$$;

-- Adds rows, given by tenant, in the rights of whoever calls it. Called alone it is one transaction in one round trip, for one row as for hundreds.
-- With `again` rows that are there already stay as they are; without it they reject.
CREATE FUNCTION add_to_decision_log (given json, again boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  tenant text;
  its_rows json;
BEGIN
  FOR tenant, its_rows IN SELECT key, value FROM json_each(given) LOOP
    PERFORM set_config('app.tenant', tenant, true);
    IF again THEN INSERT INTO decision_log SELECT * FROM log_rows_of(its_rows) ON CONFLICT DO NOTHING;
    ELSE INSERT INTO decision_log SELECT * FROM log_rows_of(its_rows);
    END IF;
  END LOOP;
END $$;

-- A month of the log is a table, so that what is past its retention goes at once. Called by whoever writes, which may not create tables.
-- It can be asked by its own name, past the fence of the whole, so it gets one of its own.
CREATE FUNCTION ensure_log_month (day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  month date := date_trunc('month', day)::date;
  name text := 'decision_log_' || to_char(month, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('precert log months', 0));
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE %I PARTITION OF decision_log FOR VALUES FROM (%L) TO (%L)', name,
    month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
  PERFORM keep_to_tenant(name::regclass, false);
END $$;

-- Signed heads of chains: a row that is edited, taken out or added under one of them shows, also to whoever can write every table here.
CREATE TABLE log_checkpoint (
  tenant_id text COLLATE "C" NOT NULL DEFAULT 'public',
  writer_id text COLLATE "C" NOT NULL,
  seq       int8 NOT NULL,
  hash      text COLLATE "C" NOT NULL,
  at        timestamptz NOT NULL,
  closing   boolean NOT NULL,         -- the writer has ended: nothing comes after
  signer    text COLLATE "C" NOT NULL, -- first characters of the SHA-256 of the public key
  signature text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, writer_id, seq, at)
);
SELECT keep_unchanged('log_checkpoint');

-- Where a chain begins after months of it went at the end of their retention.
CREATE TABLE log_retirement (
  tenant_id text COLLATE "C" NOT NULL DEFAULT 'public',
  writer_id text COLLATE "C" NOT NULL,
  seq       int8 NOT NULL,            -- the last row that went
  hash      text COLLATE "C" NOT NULL,
  at        timestamptz NOT NULL,
  signer    text COLLATE "C" NOT NULL,
  signature text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, writer_id, seq)
);
SELECT keep_unchanged('log_retirement');

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

SELECT keep_to_tenant(name::regclass, false)
  FROM unnest(ARRAY['data_key', 'decision_log', 'log_checkpoint', 'log_retirement', 'log_refused_row']) AS name;

-- The service adds to the log and makes keys. Destroying a key is erasure, which somebody asks for; ending a month takes its table away, as the owner.
GRANT INSERT ON data_key, decision_log, log_checkpoint, log_refused_row TO precert_app;
GRANT SELECT, INSERT ON data_key, log_checkpoint TO precert_writer;
GRANT UPDATE (wrapped, destroyed_at) ON data_key TO precert_writer;

-- The decision log, the keys that seal it and the answers to repeated requests are of one tenant each: 006 made the fence, this puts it around them.
SELECT keep_to_tenant(name::regclass, false) FROM unnest(ARRAY['data_key', 'decision_log', 'log_checkpoint', 'log_retirement', 'repeated_request']) AS name;
SELECT keep_to_tenant(inhrelid::regclass, false) FROM pg_inherits WHERE inhparent = 'decision_log'::regclass;

-- The service adds to the log and makes keys. Destroying a key is erasure, which somebody asks for; ending a month takes its table away, as the owner.
GRANT INSERT ON data_key, decision_log, log_checkpoint TO precert_app;
GRANT SELECT, INSERT ON data_key, log_checkpoint TO precert_writer;
GRANT UPDATE (wrapped, destroyed_at) ON data_key TO precert_writer;

-- What was answered to a repeated request is no history: it is changed by who answers, and removed when it has expired.
GRANT INSERT, UPDATE, DELETE ON repeated_request TO precert_app;

-- A month is a table that can be asked by its own name, past the fence of the whole: it gets one of its own.
CREATE OR REPLACE FUNCTION ensure_log_month (day date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
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

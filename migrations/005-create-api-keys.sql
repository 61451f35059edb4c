-- Keys of machines that may ask. The key itself is never stored: only its public id and a SHA-256 of the whole of it.
-- Keys are no policy: they have no revisions. A row is written once, can be revoked once, and is never removed.
CREATE TABLE api_key (
  tenant_id   text COLLATE "C" NOT NULL DEFAULT 'public',
  key_id      text COLLATE "C" NOT NULL CHECK (key_id ~ '^[0-9A-Za-z]{12}$'),
  name        text COLLATE "C" NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  secret_hash text COLLATE "C" NOT NULL CHECK (secret_hash ~ '^[0-9a-f]{64}$'),
  scopes      text[] NOT NULL CHECK (cardinality(scopes) > 0),
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz CHECK (expires_at > created_at),
  revoked_at  timestamptz CHECK (revoked_at >= created_at),
  PRIMARY KEY (tenant_id, key_id),
  -- A key is found by its id alone: the tenant is what it tells.
  CONSTRAINT api_key_once UNIQUE (key_id)
);

CREATE FUNCTION revoke_once () RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE rest record;
BEGIN
  rest := NEW;
  rest.revoked_at := OLD.revoked_at;
  IF rest IS DISTINCT FROM OLD OR OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL THEN
    RAISE EXCEPTION 'rows of % can only be revoked, once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER revoked_once BEFORE UPDATE ON api_key FOR EACH ROW EXECUTE FUNCTION revoke_once();
CREATE TRIGGER not_deleted BEFORE DELETE ON api_key FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER not_emptied BEFORE TRUNCATE ON api_key FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

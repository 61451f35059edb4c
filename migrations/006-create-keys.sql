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
  CONSTRAINT api_key_once UNIQUE (key_id),
  FOREIGN KEY (tenant_id) REFERENCES tenant
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
SELECT keep_to_tenant('api_key', false);
-- Whose key it is, is told of all tenants.
CREATE POLICY all_tenants ON api_key FOR SELECT TO precert_access USING (true);
GRANT SELECT ON api_key TO precert_access;
GRANT SELECT, INSERT, UPDATE (revoked_at) ON api_key TO precert_writer;

-- When a key of the API was used last, to about a minute. A table of its own, since a row of api_key is written once: the service writes here.
CREATE TABLE api_key_use (
  tenant_id    text COLLATE "C" NOT NULL,
  key_id       text COLLATE "C" NOT NULL,
  last_used_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key_id),
  FOREIGN KEY (tenant_id, key_id) REFERENCES api_key
);
SELECT keep_to_tenant('api_key_use', false);
GRANT INSERT, UPDATE (last_used_at) ON api_key_use TO precert_app;

-- Each change of the key of the installation: the new key signs which one stood before, so that whoever trusts the new one can verify what
-- the earlier ones signed. The last row names the key in force; without a row it is the first one. No key is here, public ones only.
CREATE TABLE installation_key_change (
  change              int4 PRIMARY KEY CHECK (change > 0),
  at                  timestamptz NOT NULL DEFAULT now(),
  signer              text COLLATE "C" NOT NULL UNIQUE CHECK (signer ~ '^[0-9a-f]{16}$'),
  previous_public_key text COLLATE "C" NOT NULL,  -- SPKI, base64
  signature           text COLLATE "C" NOT NULL   -- of the signer, over its predecessor
);
SELECT keep_unchanged('installation_key_change');
GRANT SELECT ON installation_key_change TO precert_app;
GRANT SELECT, INSERT ON installation_key_change TO precert_writer;

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

-- A data key is destroyed once, and until then it can be wrapped anew; nothing else of its row changes.
CREATE OR REPLACE FUNCTION destroy_once () RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_wrapped_anew boolean := NEW.destroyed_at IS NULL AND NEW.wrapped IS NOT NULL AND NEW.wrapped IS DISTINCT FROM OLD.wrapped;
BEGIN
  IF (NEW.tenant_id, NEW.key_id, NEW.created_at) IS DISTINCT FROM (OLD.tenant_id, OLD.key_id, OLD.created_at)
     OR OLD.destroyed_at IS NOT NULL OR (NEW.destroyed_at IS NULL AND NOT is_wrapped_anew) THEN
    RAISE EXCEPTION 'rows of % can only be wrapped anew, or destroyed once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

-- Tenants: public policy is for everybody; what else a tenant has is its own. Every query says the tenant in its predicate, which is the
-- first fence. The second is here: row-level security, forced, on every table with a tenant_id, compared with the setting app.tenant
-- of the transaction. Without it public policy is seen and nothing else.

-- Roles belong to the whole server: another database on it may have made them, or be making them at this moment.
--   precert_app     what the service works as: reads the policy of one tenant and the public one, owns nothing
--   precert_access  reads, of all tenants, what telling callers apart and following revisions need: keys, tenants, revision numbers
--   precert_writer  publishes policy, makes tenants and keys, in the name of one tenant
DO $$
DECLARE
  wanted text;
  statement text := 'CREATE ROLE precert_app NOLOGIN; CREATE ROLE precert_access NOLOGIN; CREATE ROLE precert_writer NOLOGIN; '
    || format('GRANT precert_app, precert_access, precert_writer TO %I;', session_user);
BEGIN
  FOREACH wanted IN ARRAY ARRAY['precert_app', 'precert_access', 'precert_writer'] LOOP
    FOR attempt IN 1..5 LOOP
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN EXECUTE format('CREATE ROLE %I NOLOGIN', wanted); END IF;
        EXIT;
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN EXIT;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'the role % is missing and % may not create roles; let an administrator run once, on this server: %', wanted, session_user, statement
            USING ERRCODE = 'insufficient_privilege';
        WHEN internal_error THEN PERFORM pg_sleep(0.1); -- two databases changed one row of the catalog at once
      END;
    END LOOP;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND (rolsuper OR rolbypassrls)) THEN
      RAISE EXCEPTION 'the role % passes row-level security by, so it cannot keep tenants apart: ALTER ROLE % NOSUPERUSER NOBYPASSRLS', wanted, wanted
        USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Whoever migrates works as these roles afterwards. A superuser may do so without being a member.
    CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = session_user AND rolsuper);
    FOR attempt IN 1..5 LOOP
      BEGIN
        EXECUTE format('GRANT %I TO %I', wanted, session_user);
        EXIT;
      EXCEPTION
        WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN EXIT; -- looked at below
        WHEN internal_error THEN PERFORM pg_sleep(0.1);
      END;
    END LOOP;
    BEGIN
      EXECUTE format('SET LOCAL ROLE %I', wanted);
      SET LOCAL ROLE NONE;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE EXCEPTION '% may not work as the role %; let an administrator run once, on this server: GRANT % TO %', session_user, wanted, wanted, quote_ident(session_user)
        USING ERRCODE = 'insufficient_privilege';
    END;
  END LOOP;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO precert_app, precert_access, precert_writer', current_schema());
END $$;

-- What a transaction may see and write, by the tenant in whose name it runs. Set for a transaction and ended, a setting is left empty.
CREATE FUNCTION current_tenant () RETURNS text LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('app.tenant', true), '') COLLATE "C"
$$;

-- Guards a table with a tenant_id: its rows are seen and written in the name of their tenant alone; those of a shared table, where they are
-- public, are seen by everybody. Every migration that makes such a table calls it; what may be written is granted apart.
CREATE FUNCTION keep_to_tenant (target regclass, shared boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY own_rows ON %s USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant())', target);
  IF shared THEN EXECUTE format('CREATE POLICY public_rows ON %s FOR SELECT USING (tenant_id = ''public'')', target); END IF;
  EXECUTE format('GRANT SELECT ON %s TO precert_app', target);
END $$;

CREATE TABLE tenant (
  tenant_id  text COLLATE "C" PRIMARY KEY CHECK (tenant_id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO tenant (tenant_id, name) VALUES ('public', 'Public policy');
SELECT keep_unchanged('tenant');

-- One line of numbers for all: the view of a tenant is what is public and its own at one revision.
ALTER TABLE policy_revision ADD CONSTRAINT policy_revision_once UNIQUE (revision);
ALTER TABLE policy_revision ADD FOREIGN KEY (tenant_id) REFERENCES tenant;
ALTER TABLE api_key ADD FOREIGN KEY (tenant_id) REFERENCES tenant;

SELECT keep_to_tenant(name::regclass, true) FROM unnest(ARRAY[
  'tenant', 'policy_revision', 'payer', 'plan', 'policy_set', 'policy', 'policy_version', 'policy_version_in_effect', 'code_set', 'code_set_name', 'code_table', 'code_row',
  'unit_limit_edition', 'unit_limit', 'procedure_pair_edition', 'procedure_pair_list', 'ndc_edition', 'ndc_row']) AS name;
SELECT keep_to_tenant('api_key', false);

-- A view asks as its owner, whom row-level security may not hold, unless it is told to ask as whoever reads it.
ALTER VIEW procedure_pair SET (security_invoker = true);
GRANT SELECT ON procedure_pair TO precert_app;

-- Of all tenants: who may ask, and whose policy is to be loaded. What a revision says of itself is not among it.
CREATE POLICY all_tenants ON tenant FOR SELECT TO precert_access USING (true);
CREATE POLICY all_tenants ON api_key FOR SELECT TO precert_access USING (true);
CREATE POLICY all_tenants ON policy_revision FOR SELECT TO precert_access USING (true);
GRANT SELECT ON tenant, api_key TO precert_access;
GRANT SELECT (tenant_id, revision) ON policy_revision TO precert_access;

-- Publishing adds rows and ends them; a key is made and revoked. Nothing is removed, by anybody.
DO $$
DECLARE guarded record;
BEGIN
  FOR guarded IN
    SELECT c.oid::regclass AS name, EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'revisions') AS has_history
      FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
  LOOP
    EXECUTE format('GRANT SELECT, INSERT ON %s TO precert_writer', guarded.name);
    IF guarded.has_history THEN EXECUTE format('GRANT UPDATE (revisions) ON %s TO precert_writer', guarded.name); END IF;
  END LOOP;
END $$;
GRANT UPDATE (revoked_at) ON api_key TO precert_writer;
GRANT SELECT ON migration TO precert_app;

-- The open revision is the next one of all tenants, whoever publishes. The numbers are read as the owner, who is let see those of all,
-- because forced row-level security holds him too where he is no superuser.
CREATE POLICY numbers ON policy_revision FOR SELECT
  USING (current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'policy_revision'::regclass));
CREATE OR REPLACE FUNCTION open_revision (tenant text) RETURNS int8 LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(max(revision), 0) + 1 FROM policy_revision;
END;

-- Tenants: public policy is for everybody; what else a tenant has is its own. Every query says the tenant in its predicate, which is the
-- first fence. The second is here: row-level security, forced, on every table with a tenant_id, compared with the setting app.tenant
-- of the transaction. Without it public policy is seen and nothing else.

-- Equality on text inside an exclusion constraint needs GiST operators for text.
CREATE EXTENSION IF NOT EXISTS btree_gist;

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

CREATE FUNCTION refuse_change () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are immutable: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

-- Guards a table whose rows never change.
CREATE FUNCTION keep_unchanged (target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER unchanged BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION refuse_change()', target);
  EXECUTE format('CREATE TRIGGER not_emptied BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', target);
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

-- Identifiers compare by byte, so that order and equality are the same on every server, whatever its locale.
CREATE TABLE tenant (
  tenant_id  text COLLATE "C" PRIMARY KEY CHECK (tenant_id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO tenant (tenant_id, name) VALUES ('public', 'Public policy');
SELECT keep_unchanged('tenant');
SELECT keep_to_tenant('tenant', true);
-- Who may ask is told of all tenants.
CREATE POLICY all_tenants ON tenant FOR SELECT TO precert_access USING (true);
GRANT SELECT ON tenant TO precert_access;
GRANT SELECT, INSERT ON tenant TO precert_writer;
GRANT SELECT ON migration TO precert_app;

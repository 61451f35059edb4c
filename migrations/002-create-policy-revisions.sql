-- Two times are kept apart in every table of policy:
--   effective   when a rule, version or code holds in the world; chosen by the date of service
--   revisions   from which policy revision we knew it until which we did not any more; chosen by "known at"
-- A correction of the past is therefore a new row; the row that it corrects keeps its effective dates and is ended in `revisions`.
-- All ranges are half-open; an open end is NULL, never a far date.

CREATE TABLE policy_revision (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  revision     int8 NOT NULL CHECK (revision > 0),
  created_at   timestamptz NOT NULL DEFAULT now(),
  description  text NOT NULL,
  content_hash text NOT NULL,  -- over the content hashes of everything in force at this revision
  PRIMARY KEY (tenant_id, revision),
  -- One line of numbers for all: the view of a tenant is what is public and its own at one revision.
  CONSTRAINT policy_revision_once UNIQUE (revision),
  FOREIGN KEY (tenant_id) REFERENCES tenant
);
SELECT keep_unchanged('policy_revision');
SELECT keep_to_tenant('policy_revision', true);
-- Whose policy is to be loaded is told of all tenants; what a revision says of itself is not.
CREATE POLICY all_tenants ON policy_revision FOR SELECT TO precert_access USING (true);
GRANT SELECT (tenant_id, revision) ON policy_revision TO precert_access;
GRANT SELECT, INSERT ON policy_revision TO precert_writer;

-- A revision is open until its row stands in policy_revision, and closed for ever from then on.
-- The open revision is the next one of all tenants, whoever publishes. The numbers are read as the owner, who is let see those of all,
-- because forced row-level security holds him too where he is no superuser.
CREATE POLICY numbers ON policy_revision FOR SELECT
  USING (current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'policy_revision'::regclass));
CREATE FUNCTION open_revision (tenant text) RETURNS int8 LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(max(revision), 0) + 1 FROM policy_revision;
END;

CREATE FUNCTION require_next_revision () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.revision <> open_revision(NEW.tenant_id) THEN
    RAISE EXCEPTION 'revision % of % is not the next one', NEW.revision, NEW.tenant_id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

-- Checked once per statement, since a statement inserts thousands of code rows.
CREATE FUNCTION require_open_revision () RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  SELECT * INTO wrong FROM (SELECT DISTINCT tenant_id, revisions FROM added) AS a
   WHERE a.revisions IS DISTINCT FROM int8range(open_revision(a.tenant_id), NULL) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'rows of % begin at the open revision and are not ended yet, not %', TG_TABLE_NAME, wrong.revisions
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

-- The one change a row of history ever sees: its upper bound of `revisions` is set, once, to the open revision.
CREATE FUNCTION end_once () RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE rest record;
BEGIN
  rest := NEW;
  rest.revisions := OLD.revisions;
  IF rest IS DISTINCT FROM OLD OR NOT upper_inf(OLD.revisions)
     OR NEW.revisions IS DISTINCT FROM int8range(lower(OLD.revisions), open_revision(OLD.tenant_id))
     OR isempty(NEW.revisions) THEN
    RAISE EXCEPTION 'rows of % can only be ended, once, at the open revision', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER next_revision BEFORE INSERT ON policy_revision FOR EACH ROW EXECUTE FUNCTION require_next_revision();

-- Guards a table whose rows have `revisions`.
CREATE FUNCTION keep_history (target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER not_backdated AFTER INSERT ON %s REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION require_open_revision()', target);
  EXECUTE format('CREATE TRIGGER ended_once BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION end_once()', target);
  EXECUTE format('CREATE TRIGGER not_deleted BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION refuse_change()', target);
  EXECUTE format('CREATE TRIGGER not_emptied BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', target);
END $$;

-- A table of what publishers say, by revision: history, the fence of tenants, and what whoever publishes may do with it.
CREATE FUNCTION keep_as_policy (target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM keep_history(target);
  PERFORM keep_to_tenant(target, true);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE (revisions) ON %s TO precert_writer', target);
END $$;

-- What such tables share among revisions: written once, under the hash of its content.
CREATE FUNCTION keep_as_content (target regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM keep_unchanged(target);
  PERFORM keep_to_tenant(target, true);
  EXECUTE format('GRANT SELECT, INSERT ON %s TO precert_writer', target);
END $$;

-- Which policies a revision changed: begun, ended, or in any of their versions. A process that holds the revision before reads only these.
-- It is a table and no index on `revisions`, because what asks is fenced by row-level security, and functions of ranges are not
-- trusted there to be asked of an index before the fence.
CREATE TABLE policy_change (
  tenant_id text COLLATE "C" NOT NULL DEFAULT 'public',
  revision  int8 NOT NULL,
  policy_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, revision, policy_id)
);

INSERT INTO policy_change (tenant_id, revision, policy_id)
SELECT tenant_id, lower(revisions), policy_id FROM policy
UNION SELECT tenant_id, upper(revisions), policy_id FROM policy WHERE NOT upper_inf(revisions)
UNION SELECT tenant_id, lower(revisions), policy_id FROM policy_version_in_effect
UNION SELECT tenant_id, upper(revisions), policy_id FROM policy_version_in_effect WHERE NOT upper_inf(revisions);

CREATE FUNCTION note_policy_change () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO policy_change (tenant_id, revision, policy_id)
  SELECT DISTINCT tenant_id, CASE TG_OP WHEN 'INSERT' THEN lower(revisions) ELSE upper(revisions) END, policy_id FROM changed
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER noted_begun AFTER INSERT ON policy REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_policy_change();
CREATE TRIGGER noted_ended AFTER UPDATE ON policy REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_policy_change();
CREATE TRIGGER noted_begun AFTER INSERT ON policy_version_in_effect REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_policy_change();
CREATE TRIGGER noted_ended AFTER UPDATE ON policy_version_in_effect REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_policy_change();

SELECT keep_unchanged('policy_change');
SELECT keep_to_tenant('policy_change', true);
GRANT SELECT, INSERT ON policy_change TO precert_writer;

-- The policies of a list of ids, and all in the order of their ids: the exclusions, which have the same columns, find one at a time.
CREATE INDEX policy_of_id ON policy (tenant_id, policy_id);
CREATE INDEX policy_version_of_policy ON policy_version_in_effect (tenant_id, policy_id);

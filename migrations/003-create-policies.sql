-- What publishers say, as documents. `pack_id` is the pack that owns a row: an object belongs to one pack at a time.
-- `content` is the object as it is exchanged; `content_hash` tells whether it changed without reading it.
-- There is no other key than the exclusion: one row per object at any revision.

CREATE TABLE payer (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  payer_id     text COLLATE "C" NOT NULL,
  pack_id      text COLLATE "C" NOT NULL,
  content      jsonb NOT NULL,
  content_hash text NOT NULL,
  revisions    int8range NOT NULL,
  CONSTRAINT payer_once EXCLUDE USING gist (tenant_id WITH =, payer_id WITH =, revisions WITH &&)
);
SELECT keep_as_policy('payer');

CREATE TABLE plan (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  plan_id      text COLLATE "C" NOT NULL,
  pack_id      text COLLATE "C" NOT NULL,
  content      jsonb NOT NULL,  -- with the policy sets that it follows, in order of precedence
  content_hash text NOT NULL,
  revisions    int8range NOT NULL,
  CONSTRAINT plan_once EXCLUDE USING gist (tenant_id WITH =, plan_id WITH =, revisions WITH &&)
);
SELECT keep_as_policy('plan');

CREATE TABLE policy_set (
  tenant_id     text COLLATE "C" NOT NULL DEFAULT 'public',
  policy_set_id text COLLATE "C" NOT NULL,
  pack_id       text COLLATE "C" NOT NULL,
  content       jsonb NOT NULL,
  content_hash  text NOT NULL,
  revisions     int8range NOT NULL,
  CONSTRAINT policy_set_once EXCLUDE USING gist (tenant_id WITH =, policy_set_id WITH =, revisions WITH &&)
);
SELECT keep_as_policy('policy_set');

CREATE TABLE policy (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  policy_id    text COLLATE "C" NOT NULL,
  pack_id      text COLLATE "C" NOT NULL,
  content      jsonb NOT NULL,  -- title, policy set and jurisdiction, without the versions
  content_hash text NOT NULL,
  revisions    int8range NOT NULL,
  CONSTRAINT policy_once EXCLUDE USING gist (tenant_id WITH =, policy_id WITH =, revisions WITH &&)
);
SELECT keep_as_policy('policy');

-- What a version says. The hash is in the key: when a publisher's version was read wrongly, the corrected reading is a
-- second row under the same version_id, and old revisions still find the first.
CREATE TABLE policy_version (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  policy_id    text COLLATE "C" NOT NULL,
  version_id   text COLLATE "C" NOT NULL,
  content_hash text NOT NULL,
  content      jsonb NOT NULL,  -- source and rules
  PRIMARY KEY (tenant_id, policy_id, version_id, content_hash)
);
SELECT keep_as_content('policy_version');

-- When a version holds, apart from what it says: a successor that closes a version does not touch its content.
CREATE TABLE policy_version_in_effect (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  policy_id    text COLLATE "C" NOT NULL,
  version_id   text COLLATE "C" NOT NULL,
  content_hash text NOT NULL,
  pack_id      text COLLATE "C" NOT NULL,
  effective    daterange NOT NULL CHECK (NOT isempty(effective) AND NOT lower_inf(effective)),
  revisions    int8range NOT NULL,
  FOREIGN KEY (tenant_id, policy_id, version_id, content_hash) REFERENCES policy_version,
  -- No date of service ever finds two versions of one policy.
  CONSTRAINT policy_version_no_overlap
    EXCLUDE USING gist (tenant_id WITH =, policy_id WITH =, effective WITH &&, revisions WITH &&),
  CONSTRAINT policy_version_once
    EXCLUDE USING gist (tenant_id WITH =, policy_id WITH =, version_id WITH =, revisions WITH &&)
);
SELECT keep_as_policy('policy_version_in_effect');

-- Diagnosis groups are large and shared by many documents: equal lists are stored once.
CREATE TABLE code_set (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  content_hash text NOT NULL,
  codes        text[] NOT NULL,
  PRIMARY KEY (tenant_id, content_hash)
);
SELECT keep_as_content('code_set');

CREATE TABLE code_set_name (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  code_set_id  text COLLATE "C" NOT NULL,
  pack_id      text COLLATE "C" NOT NULL,
  title        text NOT NULL,
  content_hash text NOT NULL,
  revisions    int8range NOT NULL,
  FOREIGN KEY (tenant_id, content_hash) REFERENCES code_set,
  CONSTRAINT code_set_name_once EXCLUDE USING gist (tenant_id WITH =, code_set_id WITH =, revisions WITH &&)
);
SELECT keep_as_policy('code_set_name');

-- The policies of a list of ids, and all in the order of their ids: the exclusions, which have the same columns, find one at a time.
CREATE INDEX policy_of_id ON policy (tenant_id, policy_id);
CREATE INDEX policy_version_of_policy ON policy_version_in_effect (tenant_id, policy_id);

-- Which policies a revision changed: begun, ended, or in any of their versions. A process that holds the revision before reads only these.
-- It is a table and no index on `revisions`, because what asks is fenced by row-level security, and functions of ranges are not
-- trusted there to be asked of an index before the fence.
CREATE TABLE policy_change (
  tenant_id text COLLATE "C" NOT NULL DEFAULT 'public',
  revision  int8 NOT NULL,
  policy_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant_id, revision, policy_id)
);
SELECT keep_as_content('policy_change');

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

-- Tables that publishers issue as editions, as typed rows: a finding cites the edition and the row.
-- The hash of the code leads in the big exclusions because GiST splits integers some five times faster than text;
-- the code itself stands behind it, so that two codes of one hash are never taken for each other.

-- A code system, or the part of it that is held. In layers: each pack has its own table of a system, and an imported edition ends no row of a
-- pack, nor a pack one of an edition.
CREATE TABLE code_table (
  tenant_id    text COLLATE "C" NOT NULL DEFAULT 'public',
  system       text COLLATE "C" NOT NULL CHECK (system IN ('icd-10-cm', 'hcpcs')),
  pack_id      text COLLATE "C" NOT NULL,
  source       jsonb NOT NULL,
  held         jsonb NOT NULL,   -- the time for which editions are held; gaps are unknown, not empty
  complete     text[] NOT NULL,  -- prefixes under which an absent code does not exist
  editions     jsonb,            -- which editions are held, where they can be imported in any order
  content_hash text NOT NULL,    -- over the rows too
  revisions    int8range NOT NULL,
  CONSTRAINT code_table_once EXCLUDE USING gist (tenant_id WITH =, system WITH =, pack_id WITH =, revisions WITH &&)
);
SELECT keep_as_policy('code_table');

CREATE TABLE code_row (
  tenant_id  text COLLATE "C" NOT NULL DEFAULT 'public',
  system     text COLLATE "C" NOT NULL,
  code       text COLLATE "C" NOT NULL,
  pack_id    text COLLATE "C" NOT NULL,
  billable   boolean NOT NULL,  -- false: a header that may not stand on a claim
  title      text,              -- never a CPT descriptor
  dose_value float8,            -- any dose up to this is one unit
  dose_unit  text,
  edition    text,              -- the newest edition held that lists the code so
  end_inferred boolean,         -- the end stands in no file: the next edition held does not list the code
  -- What the editions held say of a code, by stretches of editions: add date, last change, coverage code and dose. Beside a gap it tells what was in it.
  listings   jsonb,
  effective  daterange NOT NULL CHECK (NOT isempty(effective) AND NOT lower_inf(effective)),
  revisions  int8range NOT NULL,
  CHECK ((dose_value IS NULL) = (dose_unit IS NULL)),
  CONSTRAINT code_row_no_overlap EXCLUDE USING gist
    (hashtextextended(code, 0) WITH =, code WITH =, system WITH =, pack_id WITH =, tenant_id WITH =, effective WITH &&, revisions WITH &&)
);
-- Ending a row looks it up by code and first day among those in force.
CREATE UNIQUE INDEX code_row_in_force ON code_row (tenant_id, system, pack_id, code, lower(effective)) WHERE upper_inf(revisions);
SELECT keep_as_policy('code_row');

-- One edition of a unit-limit table, for one setting.
CREATE TABLE unit_limit_edition (
  tenant_id     text COLLATE "C" NOT NULL DEFAULT 'public',
  policy_set_id text COLLATE "C" NOT NULL,
  setting       text COLLATE "C" NOT NULL CHECK (setting IN ('practitioner', 'outpatient-hospital', 'dme-supplier')),
  edition       text COLLATE "C" NOT NULL,
  pack_id       text COLLATE "C" NOT NULL,
  source        jsonb NOT NULL,
  content_hash  text NOT NULL,  -- over the rows too
  effective     daterange NOT NULL CHECK (NOT isempty(effective) AND NOT lower_inf(effective)),
  revisions     int8range NOT NULL,
  CONSTRAINT unit_limit_edition_once
    EXCLUDE USING gist (tenant_id WITH =, policy_set_id WITH =, setting WITH =, edition WITH =, revisions WITH &&)
);
SELECT keep_as_policy('unit_limit_edition');

CREATE TABLE unit_limit (
  tenant_id              text COLLATE "C" NOT NULL DEFAULT 'public',
  policy_set_id          text COLLATE "C" NOT NULL,
  setting                text COLLATE "C" NOT NULL,
  edition                text COLLATE "C" NOT NULL,
  procedure_code         text COLLATE "C" NOT NULL,
  pack_id                text COLLATE "C" NOT NULL,
  maximum                int4 NOT NULL CHECK (maximum >= 0),  -- 0 = not payable
  adjudication_indicator int2 NOT NULL CHECK (adjudication_indicator BETWEEN 1 AND 3),
  rationale              text,
  effective              daterange NOT NULL CHECK (NOT isempty(effective) AND NOT lower_inf(effective)),
  revisions              int8range NOT NULL,
  -- Two editions never give two limits for one day.
  CONSTRAINT unit_limit_no_overlap EXCLUDE USING gist
    (hashtextextended(procedure_code, 0) WITH =, procedure_code WITH =, policy_set_id WITH =, setting WITH =, tenant_id WITH =,
     effective WITH &&, revisions WITH &&)
);
CREATE UNIQUE INDEX unit_limit_in_force
  ON unit_limit (tenant_id, policy_set_id, setting, edition, procedure_code) WHERE upper_inf(revisions);
SELECT keep_as_policy('unit_limit');

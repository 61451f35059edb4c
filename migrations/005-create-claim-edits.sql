-- Pairs of procedures that are not paid together, and crosswalks from NDC to procedure code.

-- One edition of a table of procedure pairs, for one setting. Each pair has dates of its own, so there is one edition at a time.
CREATE TABLE procedure_pair_edition (
  tenant_id     text COLLATE "C" NOT NULL DEFAULT 'public',
  policy_set_id text COLLATE "C" NOT NULL,
  setting       text COLLATE "C" NOT NULL CHECK (setting IN ('practitioner', 'outpatient-hospital')),
  edition       text COLLATE "C" NOT NULL,
  pack_id       text COLLATE "C" NOT NULL,
  source        jsonb NOT NULL,
  column_one    text[] NOT NULL,  -- codes and ranges of which every pair is held, so that an absent pair is no edit
  rationales    text[] NOT NULL,  -- pairs name them by their place
  content_hash  text NOT NULL,    -- over the lists too
  revisions     int8range NOT NULL,
  CONSTRAINT procedure_pair_edition_once EXCLUDE USING gist (tenant_id WITH =, policy_set_id WITH =, setting WITH =, revisions WITH &&)
);
SELECT keep_as_policy('procedure_pair_edition');

-- All pairs of one column-one code, 23 characters each and sorted: column two, first day, first day no longer in force (blank = open),
-- modifier indicator, place of the rationale in base 36 (blank = none). A quarter has millions of pairs, of which few change: a list
-- without a change stays the row it is. The view procedure_pair shows the pairs as rows.
CREATE TABLE procedure_pair_list (
  tenant_id     text COLLATE "C" NOT NULL DEFAULT 'public',
  policy_set_id text COLLATE "C" NOT NULL,
  setting       text COLLATE "C" NOT NULL,
  column_one    text COLLATE "C" NOT NULL,
  pack_id       text COLLATE "C" NOT NULL,
  pairs         text COLLATE "C" NOT NULL CHECK (length(pairs) > 0 AND length(pairs) % 23 = 0),
  content_hash  text NOT NULL,
  revisions     int8range NOT NULL,
  CONSTRAINT procedure_pair_list_once EXCLUDE USING gist
    (hashtextextended(column_one, 0) WITH =, column_one WITH =, policy_set_id WITH =, setting WITH =, tenant_id WITH =, revisions WITH &&)
);
-- Lists are loaded page by page in the order of their codes, at any revision.
CREATE INDEX procedure_pair_list_by_code ON procedure_pair_list (tenant_id, policy_set_id, setting, column_one);
SELECT keep_as_policy('procedure_pair_list');

-- For people: ask for one column_one, and for upper_inf(revisions) to see what is in force.
-- A view asks as its owner, whom row-level security may not hold, unless it is told to ask as whoever reads it.
CREATE VIEW procedure_pair WITH (security_invoker = true) AS
SELECT l.tenant_id, l.policy_set_id, l.setting, e.edition, l.column_one,
       left(p.pair[1], 5) AS column_two,
       daterange(substr(p.pair[1], 6, 8)::date, nullif(substr(p.pair[1], 14, 8), '        ')::date) AS effective,
       substr(p.pair[1], 22, 1)::int2 AS modifier_indicator,
       e.rationales[strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', right(p.pair[1], 1))] AS rationale,
       l.revisions * e.revisions AS revisions
  FROM procedure_pair_list AS l
  JOIN procedure_pair_edition AS e
    ON e.tenant_id = l.tenant_id AND e.policy_set_id = l.policy_set_id AND e.setting = l.setting AND e.revisions && l.revisions
 CROSS JOIN LATERAL regexp_matches(l.pairs, '.{23}', 'g') AS p(pair);
GRANT SELECT ON procedure_pair TO precert_app;

-- One edition of a crosswalk from NDC to procedure code.
CREATE TABLE ndc_edition (
  tenant_id     text COLLATE "C" NOT NULL DEFAULT 'public',
  policy_set_id text COLLATE "C" NOT NULL,
  edition       text COLLATE "C" NOT NULL,
  pack_id       text COLLATE "C" NOT NULL,
  source        jsonb NOT NULL,
  content_hash  text NOT NULL,  -- over the rows too
  effective     daterange NOT NULL CHECK (NOT isempty(effective) AND NOT lower_inf(effective)),
  revisions     int8range NOT NULL,
  CONSTRAINT ndc_edition_once EXCLUDE USING gist (tenant_id WITH =, policy_set_id WITH =, edition WITH =, revisions WITH &&),
  -- Two editions never answer for one day.
  CONSTRAINT ndc_edition_no_overlap EXCLUDE USING gist (tenant_id WITH =, policy_set_id WITH =, effective WITH &&, revisions WITH &&)
);
SELECT keep_as_policy('ndc_edition');

-- The dates of a row are those of its edition: an edition that is closed by the next one leaves its rows as they are.
CREATE TABLE ndc_row (
  tenant_id                 text COLLATE "C" NOT NULL DEFAULT 'public',
  policy_set_id             text COLLATE "C" NOT NULL,
  edition                   text COLLATE "C" NOT NULL,
  ndc                       text COLLATE "C" NOT NULL CHECK (ndc ~ '^[0-9]{11}$'),
  procedure_code            text COLLATE "C" NOT NULL,  -- one NDC may have several
  pack_id                   text COLLATE "C" NOT NULL,
  package_size              float8 CHECK (package_size > 0),
  package_quantity          float8 CHECK (package_quantity > 0),
  billing_units             float8 CHECK (billing_units > 0),
  billing_units_per_package float8 CHECK (billing_units_per_package > 0),
  drug_name                 text,
  labeler                   text,
  revisions                 int8range NOT NULL,
  CONSTRAINT ndc_row_once EXCLUDE USING gist
    (hashtextextended(ndc, 0) WITH =, ndc WITH =, procedure_code WITH =, edition WITH =, policy_set_id WITH =, tenant_id WITH =, revisions WITH &&)
);
CREATE UNIQUE INDEX ndc_row_in_force ON ndc_row (tenant_id, policy_set_id, edition, ndc, procedure_code) WHERE upper_inf(revisions);
SELECT keep_as_policy('ndc_row');

-- Code tables in layers: each pack has its own table of a system, and an imported edition ends no row of a pack, nor a pack one of an edition.
ALTER TABLE code_table DROP CONSTRAINT code_table_once;
ALTER TABLE code_table ADD CONSTRAINT code_table_once
  EXCLUDE USING gist (tenant_id WITH =, system WITH =, pack_id WITH =, revisions WITH &&);
ALTER TABLE code_row DROP CONSTRAINT code_row_no_overlap;
ALTER TABLE code_row ADD CONSTRAINT code_row_no_overlap EXCLUDE USING gist
  (hashtextextended(code, 0) WITH =, code WITH =, system WITH =, pack_id WITH =, tenant_id WITH =, effective WITH &&, revisions WITH &&);
DROP INDEX code_row_in_force;
CREATE UNIQUE INDEX code_row_in_force ON code_row (tenant_id, system, pack_id, code, lower(effective)) WHERE upper_inf(revisions);

-- What editions imported in any order need: which editions are held, and which of them says a row last.
ALTER TABLE code_table ADD COLUMN editions jsonb;
ALTER TABLE code_row
  ADD COLUMN edition text,         -- the newest edition held that lists the code so
  ADD COLUMN end_inferred boolean; -- the end stands in no file: the next edition held does not list the code

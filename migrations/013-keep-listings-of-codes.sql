-- What the editions held say of a code, by stretches of editions: add date, last change, coverage code and dose. Beside a gap it tells what was in it.
ALTER TABLE code_row ADD COLUMN listings jsonb;

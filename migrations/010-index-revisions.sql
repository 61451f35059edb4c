-- Which policies a revision changed is asked whenever one arrives, and must not mean to read them all.
CREATE INDEX policy_begun ON policy (tenant_id, lower(revisions));
CREATE INDEX policy_ended ON policy (tenant_id, upper(revisions)) WHERE NOT upper_inf(revisions);
CREATE INDEX policy_version_begun ON policy_version_in_effect (tenant_id, lower(revisions));
CREATE INDEX policy_version_ended ON policy_version_in_effect (tenant_id, upper(revisions)) WHERE NOT upper_inf(revisions);

-- The policies of a list of ids: the exclusions, which have the same columns, find one at a time.
CREATE INDEX policy_of_id ON policy (tenant_id, policy_id);
CREATE INDEX policy_version_of_policy ON policy_version_in_effect (tenant_id, policy_id);

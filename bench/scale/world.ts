// A world of policies in four sizes. 2,000 groups of codes are shared by all payers: whoever names a group has its rules. Each payer has 4,000
// policies at most, two to a group, each with two or three versions that follow each other, with ids, titles, addresses and dates of their own.
import type { Queryable } from '../../src/store/database/connection.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'

export const versionsPerPolicy = 2.5
const [groups, codesPerGroup, policiesPerSet] = [2000, 4, 4000]

export interface World {
  readonly policies: number
  readonly sets: number
  readonly groupsUsed: number
}

export function worldOf(versions: number): World {
  const policies = Math.round(versions / versionsPerPolicy)
  return {
    policies,
    sets: Math.ceil(policies / policiesPerSet),
    groupsUsed: Math.ceil(Math.min(policies, policiesPerSet) / 2),
  }
}

const padded = (value: number, width: number): string => String(value).padStart(width, '0')
export const codeOf = (group: number, position: number): string =>
  `J${padded(group * codesPerGroup + position, 4)}`

/** What stands beside the policies: a plan and a set for each payer, and the diagnoses of each group. */
export function besides({ sets }: World): PolicyContent {
  const each = Array.from({ length: sets }, (_, set) => set)
  return {
    ...emptyContent,
    payers: each.map((set) => ({ payerId: `payer-${set}`, name: `Payer ${set}` })),
    plans: each.map((set) => ({
      planId: `plan-${set}`,
      payerId: `payer-${set}`,
      name: `Plan ${set}`,
      lineOfBusiness: 'commercial',
      benefit: 'medical',
      follows: [{ policySetId: `set-${set}`, role: 'governing' }],
    })),
    policySets: each.map((set) => ({
      policySetId: `set-${set}`,
      title: `Policies of payer ${set}`,
      publisher: `Payer ${set}`,
      speaksTo: ['prior-authorization', 'diagnosis', 'frequency'],
    })),
    codeSets: Array.from({ length: groups }, (_, group) => ({
      codeSetId: `group-${group}`,
      title: `Diagnoses of group ${group}`,
      codes: Array.from({ length: 50 }, (__, at) => `D${padded(at, 2)}${group % 10}`),
    })),
  }
}

/** A check of one line; the same number of rules speaks whatever the payer and the code. */
export function checkOf(set: number, code: string): CheckRequest {
  return {
    coverage: { planId: `plan-${set}`, state: 'FL' },
    claimType: 'professional',
    diagnosisCodes: ['D00.1'],
    serviceHistory: [],
    serviceHistorySince: '2010-01-01',
    serviceLines: [
      { lineNumber: 1, procedureCode: code, dateOfService: '2016-06-01', units: 1, diagnosisPointers: [1] },
    ],
  }
}

/**
 * Writes the policies straight into the tables, in one revision of the public tenant. The triggers and exclusions that guard the tables are left out, since a
 * million rows would take them many minutes; nothing of them matters to who reads. Needs a superuser.
 */
export async function fill(owner: Queryable, { policies }: World): Promise<void> {
  await owner.script(`
    BEGIN;
    SET LOCAL session_replication_role = replica;
    SET LOCAL synchronous_commit = off;
    SET LOCAL statement_timeout = 0;
    ALTER TABLE policy DROP CONSTRAINT policy_once;
    ALTER TABLE policy_version_in_effect DROP CONSTRAINT policy_version_once, DROP CONSTRAINT policy_version_no_overlap;
    CREATE TEMP TABLE shared_rules ON COMMIT DROP AS
    SELECT g, jsonb_build_array(
        jsonb_build_object('kind', 'prior-authorization', 'ruleId', 'g' || g || '-pa', 'procedures', codes, 'statement', 'Prior authorization is required for the codes of group ' || g || ' in an outpatient setting.',
          'section', 'Section 2', 'cases', '[{"requirement": "required", "consequence": "denial"}]'::jsonb),
        jsonb_build_object('kind', 'diagnosis', 'ruleId', 'g' || g || '-dx', 'procedures', codes, 'statement', 'The diagnoses of group ' || g || ' support the service.',
          'supports', jsonb_build_object('diagnosis', jsonb_build_object('codeSet', 'group-' || g)), 'others', 'deny'),
        jsonb_build_object('kind', 'frequency', 'ruleId', 'g' || g || '-fq', 'procedures', codes, 'statement', 'Not more than once in 28 days.', 'counting', 'services',
          'limits', '[{"type": "minimum-interval", "days": 28}]'::jsonb)) AS rules
      FROM generate_series(0, ${groups - 1}) AS g, LATERAL (SELECT jsonb_agg('J' || lpad((g * ${codesPerGroup} + i)::text, 4, '0')) AS codes FROM generate_series(0, ${codesPerGroup - 1}) AS i) AS c;
    CREATE TEMP TABLE made ON COMMIT DROP AS
    SELECT p, v, policy_id, s, 'v' || v + 1 AS version_id, content, encode(sha256(convert_to(content::text, 'UTF8')), 'hex') AS hash, daterange(starts, ends) AS effective, title
      FROM (SELECT *, initcap(substr(md5('a' || p), 1, 3 + p % 6)) || ' ' || substr(md5('b' || p), 1, 4 + p % 9) || ' ' || substr(md5('c' || p), 1, 5 + p % 7) || ' of group ' || g AS title FROM (
        SELECT p, v, 'p' || lpad(p::text, 7, '0') AS policy_id, p / ${policiesPerSet} AS s, (p % ${policiesPerSet}) / 2 AS g,
               date '2015-01-01' + 300 * v + p % 300 AS starts, CASE WHEN v + 1 < n THEN date '2015-01-01' + 300 * (v + 1) + p % 300 END AS ends
          FROM generate_series(0, ${policies - 1}) AS p, LATERAL (SELECT 2 + p % 2 AS n) AS c, LATERAL generate_series(0, n - 1) AS v) AS raw) AS versions
      JOIN shared_rules USING (g), LATERAL (SELECT jsonb_build_object('rules', rules, 'source', jsonb_build_object('publisher', 'Payer ' || s, 'documentNumber', upper(policy_id),
        'documentVersion', (v + 1)::text, 'title', title, 'url', 'https://payer-' || s || '.example.org/policies/medical/' || policy_id || '/versions/' || v + 1 || '.html',
        'publishedOn', (starts - 30)::text, 'retrievedOn', '2026-10-01', 'grade', 'primary')) AS content) AS said
     ORDER BY p, v;
    INSERT INTO policy (tenant_id, policy_id, pack_id, content, content_hash, revisions)
    SELECT 'public', policy_id, 'scale', content, encode(sha256(convert_to(content::text, 'UTF8')), 'hex'), int8range(open_revision('public'), NULL)
      FROM (SELECT policy_id, jsonb_build_object('policyId', policy_id, 'policySetId', 'set-' || s, 'title', title)
                     || CASE WHEN p % 2 = 1 THEN '{"jurisdiction": {"states": ["FL", "GA", "TX"]}}'::jsonb ELSE '{}' END AS content FROM made WHERE v = 0) AS documents;
    INSERT INTO policy_version (tenant_id, policy_id, version_id, content_hash, content) SELECT 'public', policy_id, version_id, hash, content FROM made;
    INSERT INTO policy_version_in_effect (tenant_id, policy_id, version_id, content_hash, pack_id, effective, revisions)
    SELECT 'public', policy_id, version_id, hash, 'scale', effective, int8range(open_revision('public'), NULL) FROM made;
    INSERT INTO policy_change (tenant_id, revision, policy_id) SELECT DISTINCT 'public', open_revision('public'), policy_id FROM made;
    INSERT INTO policy_revision (tenant_id, revision, description, content_hash) VALUES ('public', open_revision('public'), 'all policies', repeat('0', 64));
    COMMIT;
    ANALYZE policy; ANALYZE policy_version; ANALYZE policy_version_in_effect; ANALYZE policy_change;`)
}

/**
 * The modules of src/ that make an instant out of something else than the clock, or take one apart, each with the tests that would notice if
 * the time zone of the machine showed. The core has no `Date`: the linter forbids it.
 */
export const dateModules = {
  'src/access/key-table.ts': ['access/keys', 'access/key-uses'],
  'src/access/open-access.ts': ['access/open-access'],
  'src/access/tokens.ts': ['access/issuer'],
  'src/commands/audit/arguments.ts': ['decision-log/audit'],
  'src/commands/import/local-day.ts': ['commands/local-day'],
  'src/commands/keys/arguments.ts': ['commands/keys'],
  'src/decision-log/chain-walk.ts': ['decision-log/verify'],
  'src/decision-log/checkpoints.ts': ['decision-log/checkpoints'],
  'src/decision-log/determination-id.ts': ['decision-log/entry'],
  'src/decision-log/determinations.ts': ['decision-log/http'],
  'src/decision-log/months.ts': ['decision-log/checkpoints', 'decision-log/audit'],
  'src/decision-log/spool.ts': ['decision-log/spool'],
  'src/metrics/policy-metrics.ts': ['protocols/admin'],
  'src/process/log-level.ts': ['protocols/admin'],
  'src/protocols/asking/known-at.ts': ['decision-log/http'],
  'src/store/database/server.ts': ['store/server'],
  'src/store/database/type-parsers.ts': ['store/embedded', 'store/server'],
}

// The calendar of the core, of the packs and of the importers, should the linter miss something.
const calendar = ['decision/plain-date', 'decision/cases', 'policies/cases', 'importers/calendar']

/** The files of tests that run in further time zones too. */
export const dateTests = [...new Set([...Object.values(dateModules).flat(), ...calendar])]
  .map((name) => `test/${name}.test.ts`)
  .sort()

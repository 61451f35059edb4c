/** A part of the sources and the test files that must notice a slip in it. */
export interface Area {
  readonly name: string
  /** Folders and files that are changed, from the root. */
  readonly sources: readonly string[]
  /** Folders and files among them that belong to another area. */
  readonly without?: readonly string[]
  /** Test files, the quickest and most telling first; they run in one process, up to the first failure. */
  readonly tests: readonly string[]
}

/**
 * The areas. A test file belongs in a list when it is quick, needs no database server and no process beside it: the whole list of an area
 * takes at most 6 seconds on a core of its own.
 */
export const areas: readonly Area[] = [
  {
    name: 'core',
    sources: ['src/decision'],
    without: ['src/decision/advice'],
    tests: [
      'decision/oracle',
      'decision/cases',
      'decision/doses',
      'decision/frequency-bounds',
      'decision/lab',
      'decision/missing-facts',
      'decision/notices',
      'decision/plain-date',
      'decision/procedure-pairs',
      'decision/request-faults',
      'decision/truth',
      'decision/wording',
      'decision/derived',
      'decision/findings',
      'decision/memoize',
      'policies/cases',
      'decision/invariants',
    ],
  },
  {
    name: 'advice',
    sources: ['src/decision/advice'],
    tests: [
      'decision/advice/schedule',
      'decision/advice/checklist',
      'decision/advice/code-groups',
      'decision/advice/changes',
      'protocols/schedules',
      'protocols/what-would-change',
      'protocols/checklists',
      'decision/advice/schedule-oracle',
    ],
  },
  {
    name: 'policies',
    sources: ['src/policies'],
    tests: [
      'policies/pack',
      'policies/read-packs',
      'policies/laid-over',
      'policies/snapshot',
      'policies/packed',
      'policies/load-held',
    ],
  },
  {
    name: 'store',
    sources: ['src/store'],
    tests: ['policies/laid-over', 'store/lost-lock', 'store/embedded'],
  },
  {
    name: 'decision-log',
    sources: ['src/decision-log'],
    tests: ['decision-log/writer', 'decision-log/verify', 'decision-log/spool'],
  },
  {
    name: 'access',
    sources: ['src/access'],
    tests: ['access/limits', 'access/cors', 'access/start-rule', 'access/forged', 'access/keys'],
  },
  {
    name: 'protocols',
    sources: ['src/protocols'],
    without: ['src/protocols/asking/idempotency.ts'],
    tests: [
      'protocols/json-text',
      'protocols/client-address',
      'protocols/batch/splitting',
      'protocols/envelope',
      'protocols/reads',
      'protocols/bad-input',
      'protocols/admin',
      'protocols/checklists',
      'protocols/back-pressure',
    ],
  },
  {
    name: 'repeats',
    sources: ['src/repeats', 'src/protocols/asking/idempotency.ts'],
    tests: ['repeats/embedded'],
  },
  {
    name: 'rendering',
    sources: ['src/rendering'],
    tests: ['rendering/determination-bytes', 'protocols/pages'],
  },
]

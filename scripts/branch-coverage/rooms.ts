/** A room of the sources and the tests that are meant to show all of it. */
export interface Room {
  readonly name: string
  readonly sources: string
  /** Files and folders of tests. */
  readonly tests: readonly string[]
  /** Tests among them that start processes of their own or need minutes. */
  readonly without: readonly string[]
}

/** The rooms whose branches are counted, each by its own tests: in the process, on the embedded store. */
export const rooms: readonly Room[] = [
  {
    name: 'decision',
    sources: 'src/decision',
    tests: [
      'test/decision',
      'test/policies/cases.test.ts',
      'test/policies/nesting.test.ts',
      'test/protocols/schedules.test.ts',
      'test/protocols/what-would-change.test.ts',
      'test/protocols/checklists.test.ts',
      'test/rendering',
    ],
    without: ['test/decision/answers-lock.test.ts'],
  },
  {
    name: 'policies',
    sources: 'src/policies',
    tests: ['test/policies'],
    without: ['test/policies/propagation.test.ts', 'test/policies/docs.test.ts'],
  },
  {
    name: 'decision-log',
    sources: 'src/decision-log',
    tests: ['test/decision-log'],
    without: ['test/decision-log/crash.test.ts'],
  },
  {
    name: 'access',
    sources: 'src/access',
    tests: ['test/access'],
    without: [
      'test/access/large-key-set.test.ts',
      'test/access/running.test.ts',
      'test/access/supply-chain.test.ts',
    ],
  },
]

/** All test files, by their path from the root. */
export function testFiles(): string[]

/** The bundles of the tests: where one lies, by the path of its test from the root, and what takes them all away. */
export function buildTests(): Promise<{
  readonly builtFile: (name: string) => string
  readonly remove: () => void
}>

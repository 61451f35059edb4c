// npm run try: what is run for longer than a test takes.
import { runOneOf } from './one-of.js'

const beside = (name: string): URL => new URL(`${name}.ts`, import.meta.url)

await runOneOf('try', {
  abuse: { file: beside('abuse'), summary: 'sends every operation inputs that nobody should send' },
  builds: {
    file: beside('compare-with-build'),
    summary: 'compares the answers of this checkout with those of another',
  },
  coverage: {
    file: beside('coverage'),
    summary: 'counts the branches that the tests of a room take, and lists the others',
  },
  crash: { file: beside('crash-decisions'), summary: 'kills a service that records, over and over' },
  'crash-import': { file: beside('crash-import'), summary: 'kills an import, over and over' },
  faults: {
    file: beside('faults'),
    summary: 'faults under load: database, failover, restarts, floods, full disk',
  },
  'keep-store': { file: beside('keep-store'), summary: 'keeps a store as a release leaves it' },
  mutate: { file: beside('mutate'), summary: 'changes the sources a little and sees whether a test notices' },
  oracle: { file: beside('compare-with-oracle'), summary: 'compares the core with the naive evaluator' },
  soak: { file: beside('soak'), summary: 'a service under everything at once, for long' },
})

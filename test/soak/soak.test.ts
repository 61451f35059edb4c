// A short form of `npm run try -- soak`, and that what it looks for would be seen.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { serverTarget } from '../importers/crash-targets.js'
import { differencesBetween } from '../oracle/compare.js'
import { soak } from './run.js'
import { driftOf, metricOf, type Sample } from './samples.js'
import { worldOf } from './worlds.js'

const server = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const found = await serverTarget(server)

t.test(
  'while policy changes and connections are ended every answer is right and none is lost',
  { skip: found !== undefined || process.env['CI'] !== undefined ? false : 'no PostgreSQL here' },
  async (t) => {
    if (found === undefined) return t.fail('no PostgreSQL, which must be there')
    const folder = await mkdtemp(join(tmpdir(), 'precert-soak-'))
    t.teardown(async () => {
      await found.drop()
      await rm(folder, { recursive: true, force: true })
    })
    const seen = await soak({
      target: found.target,
      folder,
      seconds: 7,
      seed: 5,
      mode: 'spool',
      clients: 2,
      pauseMs: 40,
      importEvery: 1.5,
      faultEvery: 2,
      requests: 40,
      sampleEvery: 1,
    })
    t.strictSame([seen.wrong, seen.unexpected, seen.missing], [[], [], 0])
    t.ok(seen.checks > 20 && seen.reads > 0 && seen.imports > 0 && seen.faults > 0, JSON.stringify(seen))
    t.ok(seen.drift.rss.first > 0 && seen.drift.descriptors.last > 0, 'the process tells of itself')
  },
)

t.test('a wrong answer is seen', (t) => {
  const { asked, content } = worldOf(5, 20)
  const view = compilePolicyView(content, 1)
  t.equal(asked.length, 20)
  const [other] = asked.filter(({ expected }) => expected.outcome !== asked[0]?.expected.outcome)
  for (const { request, expected } of asked)
    t.strictSame(differencesBetween(expected, determine(request, view)), [])
  if (other === undefined || asked[0] === undefined) throw new Error('all are alike')
  t.ok(differencesBetween(other.expected, determine(asked[0].request, view)).length > 0)
  t.end()
})

const sample = (at: number, rss: number): Sample => ({
  at,
  rss,
  heap: 1,
  descriptors: 30,
  resources: 10,
  p50: 1,
  p99: 2,
  asked: 1,
})

t.test('drift is the last third against the first, without the warming up', (t) => {
  const samples = [
    ...[900, 900, 900].map((rss, at) => sample(at, rss)),
    ...[100, 100, 100, 100, 105, 105, 105, 105, 110, 110, 110, 110].map((rss, at) => sample(at + 3, rss)),
  ]
  t.strictSame(driftOf(samples).rss, { first: 100, last: 110, percent: 10 })
  t.strictSame(driftOf(samples).descriptors, { first: 30, last: 30, percent: 0 })
  t.equal(metricOf('# TYPE process_open_fds gauge\nprocess_open_fds 38\n', 'process_open_fds'), 38)
  t.end()
})

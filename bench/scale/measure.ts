// One size, in a process of its own: loads what the database holds, decides, and takes revisions of one policy. Prints JSON.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { built } from '../built-app.js'
import { besides, checkOf, codeOf, worldOf, type World } from './world.js'

const { determine } = (await built(
  'decision/determine.js',
)) as typeof import('../../src/decision/determine.js')
const { countsOf, createSnapshot } = (await built(
  'policies/loaded/snapshot.js',
)) as typeof import('../../src/policies/loaded/snapshot.js')
const { openDatabase } = (await built(
  'store/database.js',
)) as typeof import('../../src/store/database/database.js')
const { publishPacks } = (await built(
  'store/publish.js',
)) as typeof import('../../src/store/publishing/publish.js')
const { emptyContent } = (await built(
  'decision/policy.js',
)) as typeof import('../../src/decision/shapes/policy.js')

export interface Measured {
  readonly versions: number
  readonly policies: number
  readonly bytesEach: number
  readonly measuredBytesEach: number
  readonly rssMiB: number
  readonly peakRssMiB: number
  readonly loadSeconds: number
  readonly loadCpuSeconds: number
  readonly longestBlockMs: number
  readonly decisionsPerCpuSecond: number
  readonly ratioToThousand: number
  readonly control: number
  readonly findings: number
  readonly publishMs: number
  readonly visibleMs: readonly number[]
}

const [url = '', versions = '1000', rounds = '15', revisions = '5'] = process.argv.slice(2)
const world = worldOf(Number(versions))
const mebi = 2 ** 20
const collect = (): NodeJS.MemoryUsage => {
  ;(globalThis as { gc?: () => void }).gc?.()
  return process.memoryUsage()
}
const cpuSeconds = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const database = await openDatabase({ databaseUrl: url, dataDir: '' })
const before = collect()
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const snapshot = createSnapshot()
const [began, cpu] = [performance.now(), process.cpuUsage()]
await snapshot.load(database)
const [loadSeconds, loadCpuSeconds] = [(performance.now() - began) / 1000, cpuSeconds(cpu)]
delay.disable()
const longestBlockMs = delay.max / 1e6
const after = collect()
const view = snapshot.current()?.view
const counts = countsOf(snapshot.current()?.content ?? besides(world))
if (view === undefined || counts.policyVersions !== Number(versions))
  throw new Error(`${counts.policyVersions} versions were loaded, not ${versions}`)

// The same numbers on every machine.
let seed = 1
const below = (limit: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 2 ** 32) * limit)
}
let findings = 0
const thousand = worldOf(Math.min(1000, Number(versions)))
/** CPU seconds of one decision about any policies of a world. */
const decideOver = ({ sets, groupsUsed }: World, times: number): number => {
  const checks = Array.from({ length: times }, () =>
    checkOf(below(sets), codeOf(below(groupsUsed), below(4))),
  )
  const since = process.cpuUsage()
  for (const check of checks) findings += determine(check, view).lines[0]?.findings.length ?? 0
  return cpuSeconds(since) / times
}
const times = 3000
for (let warm = 0; warm < 4; warm++) for (const one of [thousand, world]) decideOver(one, times)
findings = 0
// In turns, and the thousand twice, so that what the machine does meanwhile is seen.
const turns = Array.from({ length: Number(rounds) }, () => ({
  first: decideOver(thousand, times),
  all: decideOver(world, times),
  second: decideOver(thousand, times),
}))
const found = findings / (Number(rounds) * times * 3)

// Taken before: publishing reads the hashes of everything in force, and is done by another process.
const peakRssMiB = process.resourceUsage().maxRSS / 1024

const visibleMs: number[] = []
const publishMs: number[] = []
for (let at = 0; at < Number(revisions); at++) {
  const [policy] = view.policies('set-0', codeOf(at % world.groupsUsed, 0))
  if (policy === undefined) throw new Error('no policy')
  const published = performance.now()
  await publishPacks(database, {
    tenantId: 'public',
    description: 'one policy',
    packs: [
      {
        packId: 'one',
        whenOwned: 'take',
        content: { ...emptyContent, policies: [{ ...policy, policyId: 'one-more', title: `Reading ${at}` }] },
      },
    ],
  })
  publishMs.push(performance.now() - published)
  const arrived = performance.now()
  await snapshot.load(database)
  visibleMs.push(performance.now() - arrived)
  if (snapshot.current()?.content.policies.byId('one-more')?.title !== `Reading ${at}`)
    throw new Error('the revision is not visible')
}
await database.close()

const bytesOf = ({ heapUsed, arrayBuffers }: NodeJS.MemoryUsage): number => heapUsed + arrayBuffers
const measured: Measured = {
  versions: counts.policyVersions,
  policies: counts.policies,
  bytesEach: counts.packedBytes / counts.policyVersions,
  measuredBytesEach: (bytesOf(after) - bytesOf(before)) / counts.policyVersions,
  rssMiB: after.rss / mebi,
  peakRssMiB,
  loadSeconds,
  loadCpuSeconds,
  longestBlockMs,
  decisionsPerCpuSecond: 1 / median(turns.map(({ all }) => all)),
  ratioToThousand: median(turns.map(({ first, all, second }) => (first + second) / 2 / all)),
  control: median(turns.map(({ first, second }) => first / second)),
  findings: found,
  publishMs: median(publishMs),
  visibleMs,
}
process.stdout.write(`${JSON.stringify(measured)}\n`)

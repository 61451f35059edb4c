import { spawn } from 'node:child_process'
import { copyProgram, type ProgramCopy } from './area-program.js'
import type { Area } from './areas.js'
import type { SourceMutant, Verdict } from './mutant.js'

export interface AreaOptions {
  /** Seconds of CPU that a mutant may take where its area takes less than half of that. */
  readonly seconds: number
  /** After so many minutes only the mutants that must be tried are. */
  readonly minutes: number
  readonly onArea: (area: string, tests: number, cpuSeconds: number) => void
  readonly onVerdict: (verdict: Verdict) => void
}

/** Mutants of one area, with its tests. */
export interface AreaMutants {
  readonly area: Area
  readonly mutants: readonly SourceMutant[]
  /** Ids of those that are tried whatever time has passed. */
  readonly required: ReadonlySet<string>
}

/** Runs the tests of its area against every mutant, one after the other; throws when the program as it is does not pass. */
export async function runAreas(
  root: URL,
  lots: readonly AreaMutants[],
  options: AreaOptions,
): Promise<Verdict[]> {
  const end = performance.now() + 60_000 * options.minutes
  const program = await copyProgram(root)
  try {
    const verdicts: Verdict[] = []
    for (const lot of lots)
      if (lot.mutants.length > 0) verdicts.push(...(await runArea(program, lot, options, end)))
    return verdicts
  } finally {
    await program.remove()
  }
}

async function runArea(
  program: ProgramCopy,
  { area, mutants, required }: AreaMutants,
  { seconds, onArea, onVerdict }: AreaOptions,
  end: number,
): Promise<Verdict[]> {
  const isDue = (id: string): boolean => performance.now() < end || required.has(id)
  if (!mutants.some(({ id }) => isDue(id))) return []
  const entry = await program.entryOf(area)
  const loaded = await program.filesOf(area)
  await program.put(undefined)
  const untouched = await run(entry, 10 * seconds)
  if (untouched.status !== 'passed')
    throw new Error(`The tests of ${area.name} fail without any mutant: ${untouched.by ?? untouched.status}`)
  onArea(area.name, area.tests.length, untouched.cpuSeconds)
  const most = Math.max(seconds, 2 * untouched.cpuSeconds)
  const verdicts: Verdict[] = []
  for (const mutant of mutants) {
    if (!isDue(mutant.id)) continue
    const began = performance.now()
    let found: Run = { status: 'passed', cpuSeconds: 0 }
    if (loaded.has(mutant.file)) {
      await program.put(mutant)
      found = await run(entry, most)
    }
    const verdict: Verdict = {
      id: mutant.id,
      what: mutant.what,
      area: area.name,
      status: found.status === 'passed' ? 'survived' : found.status === 'failed' ? 'killed' : 'timeout',
      seconds: Math.round(performance.now() - began) / 1000,
      ...(found.by === undefined ? {} : { by: found.by }),
    }
    verdicts.push(verdict)
    onVerdict(verdict)
  }
  return verdicts
}

interface Run {
  readonly status: 'passed' | 'failed' | 'timeout'
  readonly cpuSeconds: number
  readonly by?: string
}

/**
 * Runs a script of tests up to the first failure. The limit is on CPU, so that a busy machine makes no mutant look noticed; a script that
 * only waits is ended after twenty times as long by the clock.
 */
function run(entry: string, cpuSeconds: number): Promise<Run> {
  const { CI: _, TEST_DATABASE_URL: __, NODE_OPTIONS: ___, ...env } = process.env
  const limit = Math.ceil(cpuSeconds)
  return new Promise((resolve, reject) => {
    const child = spawn(
      'bash',
      [
        '-c',
        'ulimit -t "$2"; "$0" --no-wasm-tier-up "$1"; status=$?; times; exit $status',
        process.execPath,
        entry,
        String(limit),
      ],
      { env: { ...env, SHORT_TESTS: '1', TAP_BAIL: '1', TAP_TIMEOUT: '900' }, detached: true },
    )
    let output = ''
    const take = (chunk: Buffer): void => {
      output += chunk.toString()
      if (output.length > 2_000_000) output = output.slice(-1_000_000)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    let isTooLong = false
    const timer = setTimeout(() => {
      isTooLong = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    }, 20_000 * limit)
    child.on('error', reject)
    child.on('close', (status) => {
      clearTimeout(timer)
      const used = cpuOf(output)
      // 137 and 152: ended by the kernel at the limit.
      if (isTooLong || status === 137 || status === 152) resolve({ status: 'timeout', cpuSeconds: used })
      else if (status === 0) resolve({ status: 'passed', cpuSeconds: used })
      else resolve({ status: 'failed', cpuSeconds: used, by: failureIn(output) })
    })
  })
}

/** What `times` says of the children in its last line: minutes and seconds of user and system. */
function cpuOf(output: string): number {
  const [, userMinutes, user, systemMinutes, system] =
    /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(output) ?? []
  return (
    60 * (Number(userMinutes ?? 0) + Number(systemMinutes ?? 0)) + Number(user ?? 0) + Number(system ?? 0)
  )
}

/** The first test that failed, with its assertion, or the error that ended the script. */
function failureIn(output: string): string {
  const failed = [...output.matchAll(/^\s*not ok \d+ - (.*?)(?: # time.*)?$/gm)].map(([, name]) => name ?? '')
  if (failed.length > 0) return failed.slice(0, 2).reverse().join(': ').slice(0, 200)
  return (/^\s*(\w*Error: .*)$/m.exec(output)?.[1] ?? output.trim().split('\n').slice(-3).join(' ')).slice(
    0,
    200,
  )
}

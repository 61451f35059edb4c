import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSources } from '../../src/importers/files.js'
import { pack } from '../../src/importers/pack/index.js'
import { runImport } from '../../src/importers/run.js'
import { publicTenant } from '../../src/policies/loaded/open-policies.js'
import { contentHash } from '../../src/store/tables/content-hash.js'
import type { Database } from '../../src/store/database/database.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { hashOfRevision } from '../../src/store/tables/revisions.js'
import { programArguments } from '../support/program.js'

/** What an import is tried on: how the command reaches the store, how the test opens it, and what else may be killed. */
export interface Target {
  readonly environment: Readonly<Record<string, string>>
  /** Opens the store for one look at it. */
  readonly look: <T>(work: (db: Database) => Promise<T>) => Promise<T>
  /** Ends the connection of the import on the server, instead of its process. */
  readonly killBackend?: () => Promise<void>
}

/** A pack of `rows` codes whose titles end with `edition`, in a folder made for it; another edition changes every row. */
async function codesPack(folder: string, rows: number, edition: number): Promise<string> {
  const path = join(folder, `edition-${edition}`)
  await mkdir(join(path, 'test-codes'), { recursive: true })
  const source = {
    publisher: 'Nobody',
    title: 'Codes',
    url: 'https://example.org/codes',
    retrievedOn: '2026-11-24',
    grade: 'fictional',
  }
  const table = {
    system: 'icd-10-cm',
    source,
    held: [{ from: '2020-10-01' }],
    complete: [],
    rows: Array.from({ length: rows }, (_, i) => [
      `X${String(i).padStart(5, '0')}`,
      '2020-10-01',
      null,
      1,
      `Code ${i}, edition ${edition}`,
    ]),
  }
  await writeFile(
    join(path, 'test-codes/pack.json'),
    JSON.stringify({ packId: 'test-codes', title: 'Codes', description: 'Codes', codeTables: [table] }),
  )
  return path
}

interface RunningImport {
  readonly child: ChildProcess
  readonly ended: Promise<{ code: number | null; output: string }>
  readonly publishing: Promise<unknown>
}

/** Starts the import command; `publishing` resolves when it says that it has read everything, or has ended. */
function startImport(path: string, environment: Readonly<Record<string, string>>): RunningImport {
  const child = spawn(process.execPath, [...programArguments('import'), 'pack', path], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  const said = new Promise<void>((resolve) => {
    child.stderr.on('data', (text: Buffer) => {
      output += text.toString()
      if (output.includes('publishing')) resolve()
    })
  })
  return { child, ended, publishing: Promise.race([said, ended]) }
}

interface State {
  readonly revision: number
  readonly content: string
  readonly sealed: boolean
}

/** What is in force: the revision, a hash of all content as it is loaded, and whether the recorded hash agrees. */
async function stateOf(db: Database): Promise<State> {
  const { revision, content } = await loadPolicyContent(db, { tenantId: publicTenant })
  const [row] = await db.query<{ hash: string }>(
    'SELECT content_hash AS hash FROM policy_revision WHERE tenant_id = $1 AND revision = $2',
    [publicTenant, revision],
  )
  return {
    revision,
    content: contentHash(content),
    sealed: (await hashOfRevision(db, publicTenant, revision)) === row?.hash,
  }
}

export interface Round {
  readonly killed: 'process' | 'backend'
  readonly afterMs: number
  readonly outcome: 'old' | 'new'
  readonly exit: number | null
}

/**
 * Kills an import of `rows` rows at a random moment of publishing, `rounds` times, in every second round by its backend where the
 * target has one. Throws when afterwards anything but the old or the new revision is in force, whole and sealed by its hash.
 */
export async function killImports(
  target: Target,
  folder: string,
  { rows, rounds }: { rows: number; rounds: number },
): Promise<Round[]> {
  const editions = [await codesPack(folder, rows, 1), await codesPack(folder, rows, 2)] as const
  const { publishedMs, hashes, first } = await target.look(async (db) => ({
    publishedMs: await importHere(db, editions[0]),
    hashes: await hashesOfEditions(db),
    first: await stateOf(db),
  }))
  const done: Round[] = []
  let before = first
  for (let round = 0; round < rounds; round++) {
    const next = before.content === hashes[0] ? 1 : 0
    const killed = target.killBackend !== undefined && round % 2 === 1 ? 'backend' : 'process'
    // An import that changes rows takes about twice as long as the first one: up to after its end, so that some are through.
    const { afterMs, exit } = await killOne(target, editions[next], killed, Math.random() * publishedMs * 2.5)
    const after = await target.look(stateOf)
    const outcome = after.revision === before.revision ? 'old' : 'new'
    const expected =
      outcome === 'old' ? before : { revision: before.revision + 1, content: hashes[next], sealed: true }
    if (!after.sealed || after.revision !== expected.revision || after.content !== expected.content) {
      throw new Error(
        `round ${round}: killed the ${killed} after ${afterMs} ms, and neither the old nor the new revision is in force: ${JSON.stringify({ before, after })}`,
      )
    }
    done.push({ killed, afterMs, outcome, exit })
    before = after
  }
  await finishOne(target, editions, hashes, before)
  return done
}

async function importHere(database: Database, path: string): Promise<number> {
  const files = await openSources(path)
  let publishing = performance.now()
  await runImport({
    database,
    importer: pack,
    files,
    settings: {},
    retrievedOn: '2026-11-24',
    onProgress: ({ phase }) => {
      if (phase === 'publishing') publishing = performance.now()
    },
  })
  return performance.now() - publishing
}

async function hashesOfEditions(db: Database): Promise<readonly [string, string]> {
  const { content } = await loadPolicyContent(db, { tenantId: publicTenant })
  const second = JSON.parse(JSON.stringify(content).replaceAll(', edition 1"', ', edition 2"')) as unknown
  return [contentHash(content), contentHash(second)]
}

async function killOne(
  target: Target,
  path: string,
  killed: Round['killed'],
  delay: number,
): Promise<Pick<Round, 'afterMs' | 'exit'>> {
  const running = startImport(path, target.environment)
  await running.publishing
  const from = performance.now()
  await Promise.race([sleep(delay), running.ended])
  const afterMs = Math.round(performance.now() - from)
  if (killed === 'backend') await target.killBackend?.()
  else running.child.kill('SIGKILL')
  const { code } = await running.ended
  return { afterMs, exit: code }
}

async function finishOne(
  target: Target,
  editions: readonly [string, string],
  hashes: readonly [string, string],
  before: State,
): Promise<void> {
  const next = before.content === hashes[0] ? 1 : 0
  const { code, output } = await startImport(editions[next], target.environment).ended
  const after = await target.look(stateOf)
  if (
    code !== 0 ||
    after.revision !== before.revision + 1 ||
    after.content !== hashes[next] ||
    !after.sealed
  ) {
    throw new Error(`the import after the last kill did not work: exit code ${code}, ${output}`)
  }
}

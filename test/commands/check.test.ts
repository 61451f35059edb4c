// The offline check says what the service says, whatever the number of threads, and its exit code tells whether all was answered.
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { ChunkCutter } from '../../src/commands/check/cut-chunks.js'
import { views } from '../../src/decision/explain/views.js'
import { checkHelp, parseCheckCommand } from '../../src/commands/check/arguments.js'
import { aCheck } from '../protocols/requests.js'
import { prepareDataDir } from '../support/embedded.js'
import { programArguments } from '../support/program.js'

const packs = fileURLToPath(new URL('../../policies', import.meta.url))
const folder = await mkdtemp(join(tmpdir(), 'precert-check-'))
t.teardown(async () => {
  await rm(folder, { recursive: true })
})
const path = (name: string): string => join(folder, name)

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}
async function run(...args: string[]): Promise<Ended> {
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [...programArguments('check'), ...args],
      {
        maxBuffer: 1e8,
        env: { ...process.env, DATABASE_URL: '', DATA_DIR: path('store'), POLICIES_DIR: path('packs') },
      },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err })
      },
    )
  })
}

/** Without what is new in every answer. */
const level = (text: string): string => text.replace(/det_\w+/g, 'det').replace(/req_\w+/g, 'req')

// More than three chunks; most lines are refused, since that costs least.
const good = ['D51.0', 'E44.0', 'D51'].map((code) => JSON.stringify(aCheck({ diagnosisCodes: [code] })))
const many = Array.from({ length: 300 }, (_, at) =>
  at % 25 === 0
    ? (good[(at / 25) % 3] ?? '')
    : at % 7 === 0
      ? ''
      : `{"coverage":{"planId":"${'a'.repeat(3_000 + at)}"}}`,
)
many.splice(150, 0, `"${'a'.repeat(1_100_000)}"`)

t.test('the answers are those of the service, in the order of the lines', async (t) => {
  await writeFile(path('many.ndjson'), many.join('\n'))
  const { app } = await appOnPacks(() => 'x')
  t.teardown(() => app.close())
  const batch = async (text: string, query = '') =>
    (
      await app.inject({
        method: 'POST',
        url: `/v1/authorization-checks/batch${query}`,
        headers: { 'content-type': 'application/x-ndjson' },
        payload: text,
      })
    ).body
  const body = await batch(many.join('\n'))
  const { code, out, err } = await run(path('many.ndjson'), '--packs', packs, '--threads', '2')
  t.ok(level(out) === level(body), `${body.split('\n').length} lines, the same bytes`)
  await writeFile(path('views.ndjson'), good.join('\n'))
  for (const view of views) {
    const one = await run(path('views.ndjson'), '--packs', packs, '--threads', '1', '--view', view)
    t.equal(level(one.out), level(await batch(good.join('\n'), `?view=${view}`)), view)
    t.equal(one.out.includes('"findings"'), view === 'full')
  }
  t.equal(code, 1)
  t.match(err, /12 lines answered, 2\d\d refused, by policy revision 1, in /)
})

t.test('by the policy of a store, into a new file, with the counts as JSON', async (t) => {
  await writeFile(path('good.ndjson'), `${good.join('\n')}\n`)
  await prepareDataDir(path('other-store'))
  // A small pack is published and loaded soon.
  await cp(join(packs, 'aetna'), join(path('packs'), 'aetna'), { recursive: true })
  const { code, out, err } = await run(
    path('good.ndjson'),
    '--data-dir',
    path('other-store'),
    '--out',
    path('answers'),
    '--json',
  )
  t.equal(code, 0)
  t.equal(err, '')
  t.match(JSON.parse(out), { answered: 3, refused: 0, policyRevision: 1, threads: 1 })
  const answers = (await readFile(path('answers'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object)
  t.match(
    answers,
    Array.from({ length: 3 }, () => ({ policyRevision: 1, outcome: 'indeterminate', recorded: false })),
  )
  t.equal((await stat(path('answers'))).mode & 0o777, 0o600)
  t.match(await run(path('good.ndjson'), '--packs', packs, '--out', path('answers')), {
    code: 2,
    out: '',
    err: /is there already/,
  })
})

const refused: Array<[title: string, args: string[], words: RegExp]> = [
  ['no file', [], /Name the file/],
  ['two files', ['a', 'b'], /One file/],
  ['an unknown option', ['a', '--speed', '9'], /--help/],
  ['no threads', ['a', '--threads', '0'], /1 to 256/],
  ['an unknown view', ['a', '--view', 'brief'], /--view brief is not one of summary or full/],
  ['packs and a store', ['a', '--packs', 'x', '--data-dir', 'y'], /leave/],
]
t.test('what cannot run says why: exit code 2', async (t) => {
  for (const [title, args, words] of refused)
    t.throws(() => parseCheckCommand(args), { message: words }, title)
  t.match(await run('nowhere.ndjson', '--packs', packs, '--json'), {
    code: 2,
    out: '',
    err: /"outcome":"refused"/,
  })
  t.match(await run(path('good.ndjson'), '--packs', folder), { code: 2, err: /precert check: / })
})

t.test('--help says that nothing is recorded', async (t) => {
  t.same(parseCheckCommand(['--help']), { help: true })
  t.match(checkHelp, /Nothing is recorded in the decision log/)
})

t.test(
  'chunks are the file, cut between lines; of a line that is too long only its beginning is kept',
  async () => {
    const most = 10
    const body = fc
      .array(fc.constantFrom('a', '\n', 'bcd', 'efghijklmnopq', '\n\n'))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(body, fc.array(fc.integer({ min: 1, max: most }), { minLength: 1 }), (text, sizes) => {
        const cutter = new ChunkCutter(most)
        const bytes = Buffer.from(text)
        const chunks = []
        for (let at = 0, piece = 0; at < bytes.length; at += sizes[piece++ % sizes.length] ?? 1)
          chunks.push(cutter.cut(bytes.subarray(at, at + (sizes[piece % sizes.length] ?? 1))))
        chunks.push(cutter.rest())
        const given = chunks.flatMap((chunk) => (chunk === undefined ? [] : [chunk]))
        const whole = given.map(({ bytes: part }) => part.toString()).join('')
        const shortened = (of: string): string =>
          of
            .split('\n')
            .map((line) => (line.length > most ? `${line.slice(0, most)}…` : line))
            .join('\n')
        let linesBefore = 0
        return (
          shortened(whole) === shortened(text) &&
          given.every((chunk) => {
            const inOrder = chunk.linesBefore === linesBefore
            linesBefore += chunk.bytes.toString().split('\n').length - 1
            return inOrder
          })
        )
      }),
      { numRuns: 500 },
    )
  },
)

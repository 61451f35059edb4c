import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { helpText, parseCommand } from '../../src/commands/import/arguments.js'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import type { ImportContext, Importer } from '../../src/importers/importer.js'
import { importers } from '../../src/importers/index.js'
import { readRecords } from '../../src/importers/csv.js'
import { runImport, type ImportRequest } from '../../src/importers/run.js'
import type { ImportReport } from '../../src/importers/report.js'
import { publicTenant } from '../../src/policies/loaded/open-policies.js'
import { openEmbedded } from '../../src/store/database/embedded.js'
import { lockDataDir } from '../../src/store/database/lock.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { currentRevision } from '../../src/store/tables/revisions.js'
import { aCodeTable, source } from '../store/sample.js'
import { openMigratedMemory } from '../support/embedded.js'
import { programArguments } from '../support/program.js'
import { fileOf } from '../importers/sources.js'

const db = await openMigratedMemory()
const image = await db.dump()
t.teardown(async () => await db.close())

/** Codes, one to a line, added to those held; "bad" is refused. */
const toy: Importer = {
  source: 'toy',
  summary: 'codes',
  settings: { edition: 'which' },
  read: async (files, context) => {
    const codes = new Set(
      context.held.codeTables.find(({ system }) => system === 'icd-10-cm')?.rows.map(({ code }) => code),
    )
    for (const file of files)
      for await (const {
        line,
        cells: [code = ''],
      } of readRecords(file))
        read(file.name, line, code, codes, context)
    const rows = [...codes].map((code) => ({ code, from: '2020-10-01', billable: true }))
    return [
      {
        packId: 'toy',
        content: {
          ...emptyContent,
          codeTables: [{ ...aCodeTable(rows), source: { ...source, retrievedOn: context.retrievedOn } }],
        },
      },
    ]
  },
}

function read(file: string, line: number, code: string, codes: Set<string>, context: ImportContext): void {
  context.count(1)
  if (code === 'bad') context.refuse({ file, line, column: 'code', reason: 'bad code' })
  else codes.add(code)
}

const run = async (content: string, more: Partial<ImportRequest> = {}): Promise<ImportReport> =>
  await runImport({
    database: db,
    importer: toy,
    files: [fileOf('codes.csv', content)],
    settings: {},
    retrievedOn: '2026-11-24',
    ...more,
  })
const codesHeld = async (): Promise<string[]> =>
  (await loadPolicyContent(db, { tenantId: publicTenant })).content.codeTables.flatMap(({ rows }) =>
    rows.map(({ code }) => code),
  )

t.test('one import is one revision, all of it or nothing', async (t) => {
  t.match(await run('D510\nD511\n', { dryRun: true }), {
    outcome: 'would-import',
    policyRevision: 0,
    changes: { codeRows: { added: 2 } },
  })
  t.equal(await currentRevision(db, publicTenant), 0)
  t.match(await run('D510\nD511\n'), {
    outcome: 'imported',
    policyRevision: 1,
    rowsRead: 2,
    changes: { codeRows: { added: 2 } },
  })
  t.match(
    await run('D511\nD510\n', { retrievedOn: '2026-12-24' }),
    { outcome: 'nothing-changed', policyRevision: 1 },
    'the same on another day',
  )
  t.match(await run('D512\nbad\nbad\n'), {
    outcome: 'refused',
    policyRevision: 1,
    refused: [{ file: 'codes.csv', line: 2, column: 'code' }, { line: 3 }],
  })
  t.match(await run('D512\nbad\n', { dryRun: true }), { outcome: 'refused' })
  t.strictSame(await codesHeld(), ['D510', 'D511'])
  t.match(await run('D512\nbad\n', { skipBad: true }), {
    outcome: 'imported',
    policyRevision: 2,
    refused: [{ line: 2 }],
    changes: { codeTables: { changed: 1 }, codeRows: { added: 1, changed: 0 } },
  })
  t.strictSame(await codesHeld(), ['D510', 'D511', 'D512'], 'with what earlier files said')
})

t.test('an import that meets another builds upon it', async (t) => {
  let meet = 1
  const slow: Importer = {
    ...toy,
    read: async (files, context) => {
      const packs = await toy.read(files, context)
      if (meet-- > 0) await run('E440\n')
      return packs
    },
  }
  t.match(await run('E441\n', { importer: slow }), { outcome: 'imported', policyRevision: 4, rowsRead: 1 })
  t.strictSame(await codesHeld(), ['D510', 'D511', 'D512', 'E440', 'E441'])
  meet = 99
  let number = 0
  const never: Importer = {
    ...toy,
    read: async (files, context) => {
      const packs = await toy.read(files, context)
      await run(`F${100 + number++}\n`)
      return packs
    },
  }
  await t.rejects(run('E442\n', { importer: never }), { code: 'revision-moved' }, 'but not without end')
})

const returning = (content: object): Importer => ({
  ...toy,
  read: async () => [{ packId: 'toy', content: { ...emptyContent, ...content } }],
})

t.test('what would leave a hole is refused, and so is a faulty importer', async (t) => {
  await publishPacks(db, {
    tenantId: publicTenant,
    description: '',
    packs: [
      {
        packId: 'sets',
        content: {
          ...emptyContent,
          policySets: [{ policySetId: 'a-set', title: 'A', publisher: 'A', speaksTo: ['units'] }],
        },
      },
    ],
  })
  const before = await currentRevision(db, publicTenant)
  const plan = {
    planId: 'p',
    payerId: 'nobody',
    name: 'P',
    lineOfBusiness: 'commercial',
    benefit: 'medical',
    follows: [],
  }
  await t.rejects(run('', { importer: returning({ plans: [plan] }) }), {
    code: 'import-refused',
    message: /unknown payer nobody/,
  })
  await t.rejects(run('', { importer: returning({ payers: [{ payerId: 'x' }] }) }), {
    message: /importer toy made content that cannot be stored: .*fault of the program/,
  })
  t.equal(await currentRevision(db, publicTenant), before)
})

t.test('arguments', async (t) => {
  const known = new Map([
    ['toy', toy],
    ['other', { ...toy, source: 'other', settings: { quarter: 'q' } }],
  ])
  const parse = (...args: string[]): unknown => parseCommand(args, known, '2026-11-24')
  t.match(parse('toy', 'a.zip', 'b', '--edition', '2026', '--skip-bad', '--refused=bad.csv'), {
    help: false,
    importer: { source: 'toy' },
    paths: ['a.zip', 'b'],
    settings: { edition: '2026' },
    skipBad: true,
    dryRun: false,
    refusedFile: 'bad.csv',
    retrievedOn: '2026-11-24',
  })
  t.match(parse('--help'), { help: true })
  t.match(parse('-h', 'toy'), { help: true, importer: { source: 'toy' } })
  for (const [args, message] of [
    [[], /Name a source: toy, other/],
    [['what', 'a'], /no source what; it is one of toy, other/],
    [['toy'], /Name a file/],
    [['toy', 'a', '--quarter', '1'], /--quarter means nothing for toy\. Its settings: --edition/],
    [['toy', 'a', '--dryrun'], /Unknown option '--dryrun'/],
    [['toy', 'a', '--retrieved-on', 'today'], /not a date such as 2026-11-24/],
  ] as const)
    t.throws(() => parse(...args), { code: 'import-refused', message })
  t.match(helpText(known, toy), /--edition VALUE +which[^]*Exit codes: 0 done/)
  t.match(helpText(importers), /pack +Policy packs/)
})

async function command(
  args: readonly string[],
  environment: Record<string, string>,
): Promise<{ code: number; output: string; errors: string }> {
  const child = spawn(process.execPath, [...programArguments('import'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
  })
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString()
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, output, errors }
}

t.test('the command itself: exit codes, JSON, a store in use', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'precert-import-'))
  const packs = join(folder, 'packs')
  await mkdir(join(packs, 'test-x'), { recursive: true })
  await writeFile(
    join(packs, 'test-x/pack.json'),
    JSON.stringify({
      packId: 'test-x',
      title: 'X',
      description: 'X',
      payers: [{ payerId: 'test-x', name: 'X' }],
    }),
  )
  await writeFile(join(folder, 'bad.json'), '{"packId": "Bad"}')
  await mkdir(join(folder, 'held'))
  const lock = await lockDataDir(join(folder, 'held'))
  const store = { DATA_DIR: join(folder, 'data'), POLICIES_DIR: packs }
  await (await openEmbedded(store.DATA_DIR, { image })).close()
  const [misconfigured, inUse, refused] = await Promise.all([
    command(['pack', packs], { DATABASE_URL: 'mysql://' }),
    command(['pack', packs, '--json'], { DATA_DIR: join(folder, 'held') }),
    command(['pack', join(folder, 'bad.json'), '--refused', join(folder, 'refused.csv')], store),
  ])
  t.match(misconfigured, { code: 78, errors: /^precert import: bad configuration: DATABASE_URL/ })
  t.match(inUse, {
    code: 1,
    output: new RegExp(
      `"code":"data-dir-in-use".*process ${process.pid} .*If it is the service: stop it, import, and start it again`,
    ),
  })
  t.match(refused, { code: 2, output: /bad\.json:1[^]*Nothing was changed, because a row was refused/ })
  t.match(await readFile(join(folder, 'refused.csv'), 'utf8'), /^file,line,column,reason\r\n"bad\.json","1"/)
  await lock.release()
  const same = await command(['pack', packs, '--json'], store)
  t.equal(same.code, 0)
  t.match(JSON.parse(same.output), {
    outcome: 'imported',
    source: 'pack',
    policyRevision: 2,
    takenOver: [],
    refusedRows: 0,
  })
})

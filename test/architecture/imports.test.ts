// Imports point one way: the rules of .dependency-cruiser.cjs hold, and they catch what they are there for.
import { mkdir, mkdtemp, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import t from 'tap'

const root = fileURLToPath(new URL('../..', import.meta.url))
const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: IFlattenedRuleSet['forbidden']
  options: object
}

async function violations(baseDir: string): Promise<string[]> {
  const { output } = await cruise(
    ['src'],
    { ...config.options, baseDir, validate: true, ruleSet: { forbidden: config.forbidden ?? [] } },
    undefined,
    { tsConfig: extractTSConfig(join(root, 'tsconfig.json')) },
  )
  return (output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`,
  )
}

t.test('the source keeps every rule', async (t) => {
  t.strictSame(await violations(root), [])
})

t.test('a planted offence of each kind is caught', async (t) => {
  const planted = {
    'src/decision/a.ts': ["import 'pg'", 'core-is-pure'],
    'src/decision/b.ts': ["import '../store/a.js'", 'core-is-pure'],
    'src/decision/c.ts': ["import 'node:fs'", 'core-is-pure'],
    'src/decision/rules/a.ts': ["import '../explain/a.js'", 'decision-rooms-point-one-way-rules'],
    'src/decision/explain/a.ts': ['export {}', undefined],
    'src/decision/reasons/a.ts': [
      "import '../../decision/decide.js'",
      'decision-rooms-point-one-way-reasons',
    ],
    'src/decision/decide.ts': ['export {}', undefined],
    'src/policies/a.ts': ["import 'pg'", 'sql-in-store'],
    'src/store/database/a.ts': ["import '../tables/a.js'", 'store-rooms-point-one-way'],
    'src/store/tables/a.ts': ["import '../publishing/a.js'", 'store-rooms-point-one-way'],
    'src/store/publishing/a.ts': ['export {}', undefined],
    'src/policies/packs/a.ts': ["import '../loaded/a.js'", 'policy-rooms-point-one-way'],
    'src/policies/loaded/a.ts': ['export {}', undefined],
    'src/policies/b.ts': ["import '../protocols/a.js'", 'policies-below-check'],
    'src/store/a.ts': ["import '../policies/a.js'", 'store-knows-no-faces'],
    'src/protocols/a.ts': ["import '../store/a.js'", 'protocols-call-check'],
    'src/protocols/rest/a.ts': ["import '../cds-hooks/a.js'", 'no-two-faces'],
    'src/protocols/cds-hooks/a.ts': ["import '../rest/a.js'", 'no-cycles'],
    'src/protocols/asking/a.ts': ["import '../rest/b.js'", 'what-faces-share-knows-no-face'],
    'src/protocols/rest/b.ts': ['export {}', undefined],
    'src/protocols/http/a.ts': ["import '../asking/b.js'", 'http-knows-no-question'],
    'src/protocols/asking/b.ts': ['export {}', undefined],
    'src/check.ts': ["import './store/a.js'", 'check-below-protocols'],
    'src/importers/one/a.ts': ["import '../../store/a.js'", 'imports-are-parsed-purely'],
    'src/importers/two/a.ts': ["import '../one/a.js'", 'no-two-importers'],
    'src/policies/c.ts': ["import '../importers/one/a.js'", 'only-the-command-imports'],
    'src/access/a.ts': ["import '../protocols/a.js'", 'access-knows-no-faces'],
    'src/repeats/a.ts': ["import '../protocols/a.js'", 'repeats-know-no-faces'],
    'src/metrics/a.ts': ["import '../protocols/a.js'", 'metrics-know-no-faces'],
    'src/protocols/b.ts': ["import 'jose'", 'tokens-in-access'],
    'src/sealing/a.ts': ["import '../protocols/a.js'", 'sealing-knows-the-store'],
    'src/decision-log/a.ts': ["import '../access/a.js'", 'log-below-check'],
    'src/commands/one/a.ts': ['export {}', undefined],
    'src/commands/two/a.ts': ["import '../one/a.js'", 'no-two-commands'],
    'src/process/a.ts': ["import '../commands/one/a.js'", 'nothing-above'],
    'src/protocols/c.ts': ["import '../process/b.js'", 'protocols-call-check'],
    'src/process/b.ts': ['export {}', undefined],
  } as const
  const folder = await mkdtemp(join(tmpdir(), 'precert-imports-'))
  for (const [path, [text]] of Object.entries(planted)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), `${text}\n`)
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), await readFile(join(root, 'package.json')))
  const found = await violations(folder)
  for (const [path, [, rule]] of Object.entries(planted))
    if (rule !== undefined)
      t.ok(
        found.some((line) => line.startsWith(`${rule}: ${path}`)),
        `${rule} in ${path}`,
      )
})

t.test('the core has no clock, no chance and no I/O', async (t) => {
  const files = (await readdir(join(root, 'src/decision'), { recursive: true })).filter((name) =>
    name.endsWith('.ts'),
  )
  for (const name of files) {
    const code = (await readFile(join(root, 'src/decision', name), 'utf8'))
      .replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '')
      .replace(/'[^'\n]*'/g, "''")
    t.notMatch(
      code,
      /\b(Date|process|performance|console|fetch|setTimeout|setInterval|Intl)\b(?=[.(])|Math\.random|\bawait\b|\basync\b|\bthrow\b/,
      name,
    )
  }
})

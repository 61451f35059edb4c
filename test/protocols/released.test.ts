// What was released stays: documents of the API, migrations, and one number for package and document. How a release is made: docs/contribute/release.md.
import { readFile, readdir } from 'node:fs/promises'
import t from 'tap'
import { keptDocument, migrationsNow, readReleasedMigrations } from '../../scripts/keep-release.js'
import { placesToldAfter, versionsOf } from './released/breaking-lines.js'
import { brokenPromises } from './released/document-changes.js'
import type { Schema } from './released/schema-changes.js'

const root = new URL('../../', import.meta.url)
const textOf = async (path: string): Promise<string> => await readFile(new URL(path, root), 'utf8')
const json = async <T>(path: string): Promise<T> => JSON.parse(await textOf(path)) as T

const changelog = await textOf('CHANGELOG.md')
const keptMinors = (await readdir(new URL('openapi/released/', root)).catch(() => []))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace(/\.json$/, ''))
/** Released with a document: the versions with a day, from 0.2 on. */
const released = versionsOf(changelog).flatMap(({ name, day }) =>
  day === undefined || name.startsWith('0.1.') ? [] : [name.split('.').slice(0, 2).join('.')],
)
const document = await json<Schema & { info: { version: string } }>('openapi/openapi.json')

t.test('package, lock file and document have one version', async (t) => {
  const { version } = await json<{ version: string }>('package.json')
  const lock = await json<{ version: string; packages: Record<string, { version?: string }> }>(
    'package-lock.json',
  )
  t.strictSame([lock.version, lock.packages['']?.version, document.info.version], [version, version, version])
})

t.test('every release has its document and the checksums of its migrations', async (t) => {
  const minors = [...new Set(released)].sort()
  t.strictSame(keptMinors.sort(), minors)
  t.strictSame(Object.keys(await readReleasedMigrations()).sort(), minors)
  for (const minor of keptMinors)
    t.match((await json<{ info: { version: string } }>(keptDocument(minor))).info.version, `${minor}.0`)
})

t.test('what a released document promises is kept, or told under "### Breaking"', async (t) => {
  // Against itself too, so that it is compared before the first release.
  t.strictSame(brokenPromises(document, document), [])
  for (const minor of keptMinors) {
    const told = placesToldAfter(changelog, minor)
    for (const { place, how } of brokenPromises(await json<Schema>(keptDocument(minor)), document))
      if (!told.has(place))
        t.fail(
          `${minor} promised it: ${place} (${how}). Put it back, or write a line with \`${place}\` under "### Breaking" of the version under way in CHANGELOG.md`,
        )
  }
})

t.test('each field taken from the document of today would be found', async (t) => {
  const schemas = (document.components as { schemas: Record<string, Schema> }).schemas
  const fields = Object.entries(schemas).flatMap(([name, { properties }]) =>
    Object.keys(properties ?? {}).map((field) => [name, field] as const),
  )
  t.ok(fields.length > 700, `${fields.length} fields`)
  // Each comparison takes 20 ms, so it is tried with every eighth.
  for (const [name, field] of fields.filter((_, at) => at % 8 === 0)) {
    const { [field]: taken, ...others } = (schemas[name]?.properties ?? {}) as Record<string, Schema>
    const less = {
      ...document,
      components: { schemas: { ...schemas, [name]: { ...schemas[name], properties: others } } },
    }
    const places = brokenPromises(document, less).map(({ place }) => place)
    // Of a field that tells alternatives apart, the alternative is gone.
    const [value] = (taken?.enum as unknown[] | undefined) ?? []
    const isFound =
      places.includes(`${name}: /${field} gone`) ||
      places.includes(`Rule: alternative ${field}=${String(value)}`)
    if (!isFound) t.fail(`${name}: /${field}, found: ${places.join(', ')}`)
  }
})

t.test('a migration that was released is there, as it was', async (t) => {
  const now = await migrationsNow()
  for (const [minor, migrations] of Object.entries(await readReleasedMigrations())) {
    for (const [name, checksum] of Object.entries(migrations))
      t.equal(now[name], checksum, `${name} of ${minor}: write a new migration, and put its text back`)
    // A store that has the released ones applies the others after them.
    const last = Object.keys(migrations).sort().at(-1) ?? ''
    for (const name of Object.keys(now))
      t.ok(name in migrations || name > last, `${name} comes after those of ${minor}`)
  }
  const numbers = Object.keys(now).map((name) => /^(\d{3})-[a-z0-9-]+\.sql$/.exec(name)?.[1])
  t.strictSame(
    numbers,
    numbers.map((_, at) => String(at + 1).padStart(3, '0')),
    'migrations are numbered from 001 on, each number once',
  )
})

// The README's promises: its commands exist, its question gets the answer it shows, and the rule it prints is the rule that is loaded.
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { appOnPacks } from '../scripts/app-on-packs.js'

const root = new URL('..', import.meta.url)
const readme = await readFile(new URL('README.md', root), 'utf8')
const block = (language: string): string =>
  new RegExp('```' + language + '\\n([^]*?)```').exec(readme)?.[1] ?? ''

t.test('every npm command in the documents exists', async (t) => {
  const { scripts } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
    scripts: Record<string, string>
  }
  const named = [...readme.matchAll(/npm (?:run )?(start|test|[a-z-]+:?[a-z-]*)/g)]
    .map(([, name]) => name ?? '')
    .filter((name) => !['ci', 'install'].includes(name))
  t.ok(named.length > 0)
  for (const name of named) t.ok(name in scripts, name)
})

t.test('the question gets the answer that is shown', async (t) => {
  const question = /-d '(\{[^]*?\})'/.exec(readme)?.[1] ?? ''
  const shown = JSON.parse(block('json')) as { determinationId: string; details: string }
  const { app } = await appOnPacks(() => 'readme')
  t.teardown(() => app.close())
  const response = await app.inject({
    method: 'POST',
    url: '/v1/authorization-checks',
    headers: { 'content-type': 'application/json' },
    payload: question,
  })
  t.equal(response.statusCode, 200)
  // The answer of the README was recorded; the one here is not, and has an id of its own.
  const { determinationId, details } = shown
  t.strictSame({ ...(response.json() as object), determinationId, recorded: true, details }, shown)
  t.equal(details, `/v1/determinations/${determinationId}`)
})

t.test('the rules that are shown are those of the pack', async (t) => {
  const pack = JSON.parse(
    await readFile(new URL('policies/western-health-advantage/pack.json', root), 'utf8'),
  ) as { policies: [{ versions: [{ rules: object[] }] }] }
  const page = await readFile(new URL('docs/policy/policy-packs.md', root), 'utf8')
  const shown = /## A policy, as a clinician can read it[^]*?```json\n([^]*?)```/.exec(page)?.[1] ?? ''
  t.match(pack.policies[0].versions[0].rules.slice(0, 2), JSON.parse(shown))
})

t.test('every document that is named is there', async (t) => {
  const pages = (await readdir(new URL('docs', root), { recursive: true }))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
  const index = await readFile(new URL('docs/README.md', root), 'utf8')
  for (const page of ['README.md', 'CONTRIBUTING.md', ...pages]) {
    const text = await readFile(new URL(page, root), 'utf8')
    for (const [, path = ''] of text.matchAll(
      /`((?:docs|policies|examples|openapi|ops|bench|src|test|scripts)\/[A-Za-z0-9/._-]+\.(?:md|json|ts|mjs))`/g,
    ))
      t.ok(existsSync(new URL(path, root)), `${path}, named in ${page}`)
    if (!/docs\/README\.md|decisions\//.test(page) && page.startsWith('docs/'))
      t.ok(index.includes(`\`${page}\``), `${page} is listed`)
  }
})

t.test('the lock file can be installed on every platform', async (t) => {
  const { packages } = JSON.parse(await readFile(new URL('package-lock.json', root), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const held = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')))
  const lacking = Object.values(packages)
    .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    .filter((name) => !held.has(name))
  t.strictSame(lacking, [], 'every optional package has its entry')
})

t.test('no document names a path of a machine or a registry', async (t) => {
  t.notMatch(readme, /\/home\/|\/work\/|registry\./)
  t.notMatch(await readFile(fileURLToPath(new URL('package-lock.json', root)), 'utf8'), /"resolved": "http/)
})

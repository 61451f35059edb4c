// The README's promises: its commands exist, its question gets the answer it shows, and the rule it prints is the rule that is loaded.
import { readFile } from 'node:fs/promises'
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
  const shown = JSON.parse(block('jsonc').replace(/,?\s*\/\*[^]*?\*\//g, '')) as object
  const { app } = await appOnPacks(() => 'readme')
  t.teardown(() => app.close())
  const response = await app.inject({
    method: 'POST',
    url: '/v1/authorization-checks',
    headers: { 'content-type': 'application/json' },
    payload: question,
  })
  t.equal(response.statusCode, 200)
  t.match(response.json(), shown)
})

t.test('the rules that are shown are those of the pack', async (t) => {
  const pack = JSON.parse(
    await readFile(new URL('policies/western-health-advantage/pack.json', root), 'utf8'),
  ) as { policies: [{ versions: [{ rules: object[] }] }] }
  t.match(pack.policies[0].versions[0].rules.slice(0, 2), JSON.parse(block('json')))
})

t.test('every document that is named is there', async (t) => {
  for (const [, path = ''] of readme.matchAll(
    /`((?:docs|policies|examples|openapi)\/[a-z0-9/.-]+\.(?:md|json))`/g,
  )) {
    t.ok(
      await readFile(new URL(path, root)).then(
        () => true,
        () => false,
      ),
      path,
    )
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

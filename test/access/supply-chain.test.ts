// What runs is known, named and pinned, and nothing of it runs while it is installed.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import t from 'tap'

interface Package {
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly hasInstallScript?: boolean
}
const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
  packages: Record<string, Package>
}
const { dependencies, devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>

t.test('no package of production has an install script', async (t) => {
  const production = Object.entries(packages).filter(
    ([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true,
  )
  t.ok(production.length > 30, `${production.length} packages`)
  t.strictSame(
    production.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path),
    [],
  )
})

t.test('every direct dependency is pinned, and the documents say why it is there', async (t) => {
  const document = await readFile('docs/contribute/dependencies.md', 'utf8')
  for (const [name, version] of [...Object.entries(dependencies), ...Object.entries(devDependencies)]) {
    t.match(version, /^\d+\.\d+\.\d+$/, name)
    if (!name.startsWith('@types/')) t.ok(document.includes(`\`${name}\``), name)
  }
})

t.test('the bill of materials names what runs, and nothing else', async (t) => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
    maxBuffer: 64 * 1024 * 1024,
  })
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string
    components: { name: string; purl: string }[]
  }
  t.equal(bomFormat, 'CycloneDX')
  for (const name of Object.keys(dependencies))
    t.ok(
      components.some(({ purl }) => decodeURIComponent(purl).startsWith(`pkg:npm/${name}@`)),
      name,
    )
  for (const name of ['tap', 'typescript', 'oxlint'])
    t.notOk(
      components.some((component) => component.name === name),
      name,
    )
})

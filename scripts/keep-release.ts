import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url)
const inRoot = (path: string): string => fileURLToPath(new URL(path, root))

/** The migrations of each released minor version, by the name of the file: SHA-256 (hex) of its text. */
export type ReleasedMigrations = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Where the document of a released minor version (`0.2`) is kept, from the root of the repository. */
export const keptDocument = (minor: string): string => `openapi/released/${minor}.json`
export const keptMigrations = 'migrations/released.json'
export const underWay = 'not released yet'

/** The migrations as they are, by name, with the checksum that the store keeps of each. */
export async function migrationsNow(): Promise<Record<string, string>> {
  const names = (await readdir(inRoot('migrations'))).filter((name) => name.endsWith('.sql')).sort()
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => {
        const sql = (await readFile(inRoot(`migrations/${name}`), 'utf8')).replaceAll('\r\n', '\n')
        return [name, createHash('sha256').update(sql).digest('hex')] as const
      }),
    ),
  )
}

/** The migrations of all releases; none before the first. */
export async function readReleasedMigrations(): Promise<ReleasedMigrations> {
  const text = await readFile(inRoot(keptMigrations), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw error
  })
  return JSON.parse(text) as ReleasedMigrations
}

/** Why `minor` cannot be released now; undefined where it can. Nothing that was released is ever written anew. */
export async function refusal(minor: string): Promise<string | undefined> {
  if (!/^\d+\.\d+$/.test(minor)) return `${minor} is no minor version: give two numbers, such as 0.2`
  if (existsSync(inRoot(keptDocument(minor))))
    return `${keptDocument(minor)} is there: ${minor} was released, and its document never changes`
  if (minor in (await readReleasedMigrations())) return `${keptMigrations} has ${minor} already`
  return (await readFile(inRoot('CHANGELOG.md'), 'utf8')).includes(headingUnderWay(minor))
    ? undefined
    : `CHANGELOG.md has no heading "${headingUnderWay(minor)}"`
}

const headingUnderWay = (minor: string): string => `## [${minor}.0] - ${underWay}\n`

/** Gives the release its number, wherever it stands, and its day in CHANGELOG.md. */
export async function numberRelease(minor: string, day: string): Promise<void> {
  const version = `${minor}.0`
  const { version: before } = JSON.parse(await readFile(inRoot('package.json'), 'utf8')) as {
    version: string
  }
  await replaceIn('package.json', `"version": "${before}"`, `"version": "${version}"`, 1)
  // The package itself stands twice at the head of the lock file.
  await replaceIn('package-lock.json', `"version": "${before}"`, `"version": "${version}"`, 2)
  for (const manifest of ['precert.yaml', 'first-key.yaml'])
    await replaceIn(`ops/kubernetes/${manifest}`, `image: precert:${before}`, `image: precert:${version}`, 1)
  await replaceIn('CHANGELOG.md', headingUnderWay(minor), `## [${version}] - ${day}\n`, 1)
}

async function replaceIn(path: string, from: string, to: string, times: number): Promise<void> {
  let text = await readFile(inRoot(path), 'utf8')
  for (let time = 0, at = 0; time < times; time++) {
    const found = text.indexOf(from, at)
    if (found < 0) throw new Error(`${path} has no ${JSON.stringify(from)}`)
    text = `${text.slice(0, found)}${to}${text.slice(found + from.length)}`
    at = found + to.length
  }
  await writeFile(inRoot(path), text)
}

/** Keeps the document and the checksums of the migrations of a release; answers the files that were written. */
export async function keepRelease(minor: string): Promise<string[]> {
  await mkdir(inRoot('openapi/released'), { recursive: true })
  await copyFile(inRoot('openapi/openapi.json'), inRoot(keptDocument(minor)))
  const released = { ...(await readReleasedMigrations()), [minor]: await migrationsNow() }
  await writeFile(inRoot(keptMigrations), `${JSON.stringify(released, null, 2)}\n`)
  return [keptDocument(minor), keptMigrations]
}

import { createHash } from 'node:crypto'
import { cp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asApplication } from '../../src/store/database/connection.js'
import { openEmbedded, type EmbeddedDatabase } from '../../src/store/database/embedded.js'
import { migrate } from '../../src/store/database/migrate.js'

/** A migrated, empty database in memory, working as the application. The first call on a machine makes an image (4 s), later ones load it (1 s). */
export async function openMigratedMemory(): Promise<EmbeddedDatabase> {
  const db = await openEmbedded('memory://', { image: await migratedImage() })
  await db.script(asApplication)
  return db
}

/** Makes `dataDir` an embedded store, migrated and empty: what a process started on it need not do itself. A copy of one that is kept. */
export async function prepareDataDir(dataDir: string): Promise<void> {
  const kept = keptAt(await imageName())
  await readdir(kept).catch(async () => {
    const draft = `${kept}.${process.pid}`
    await (await openEmbedded(draft, { image: await migratedImage() })).close()
    await intoPlace(draft, kept)
  })
  await cp(kept, dataDir, { recursive: true })
}

async function migratedImage(): Promise<Blob> {
  const path = `${keptAt(await imageName())}.tar`
  const image = await readFile(path).catch(() => undefined)
  if (image !== undefined) return new Blob([new Uint8Array(image)])
  const db = await openEmbedded('memory://')
  await migrate(db)
  const dumped = await db.dump()
  await db.close()
  const draft = `${path}.${process.pid}`
  await writeFile(draft, new Uint8Array(await dumped.arrayBuffer()))
  await intoPlace(draft, path)
  return dumped
}

/** Test files start side by side: what is there is whole, and another one that made the same was as good. */
async function intoPlace(draft: string, path: string): Promise<void> {
  await rename(draft, path).catch(async () => await rm(draft, { recursive: true, force: true }))
}

// Of each user of the machine one: nobody can read what another one keeps.
const keptAt = (name: string): string =>
  join(tmpdir(), `precert-test-${process.getuid?.() ?? 'kept'}-${name}`)

// Another migration or another PGlite is another image.
async function imageName(): Promise<string> {
  const folder = fileURLToPath(new URL('../../migrations/', import.meta.url))
  const hash = createHash('sha256').update(
    await readFile(createRequire(import.meta.url).resolve('@electric-sql/pglite')),
  )
  for (const name of (await readdir(folder)).sort())
    hash.update(name).update(await readFile(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}

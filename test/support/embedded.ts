import { createHash } from 'node:crypto'
import { readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asApplication } from '../../src/store/connection.js'
import { openEmbedded, type EmbeddedDatabase } from '../../src/store/embedded.js'
import { migrate } from '../../src/store/migrate.js'

/** A migrated, empty database in memory, working as the application. The first call on a machine makes an image (4 s), later ones load it (under 1 s). */
export async function openMigratedMemory (): Promise<EmbeddedDatabase> {
  const path = join(tmpdir(), `precert-test-${await imageName()}.tar`)
  const image = await readFile(path).catch(() => undefined)
  const db = await openEmbedded('memory://', image === undefined ? {} : { image: new Blob([new Uint8Array(image)]) })
  if (image !== undefined) return await working(db)
  await migrate(db)
  // Renamed into place, because test files start side by side.
  const draft = `${path}.${process.pid}`
  await writeFile(draft, new Uint8Array(await (await db.dump()).arrayBuffer()))
  await rename(draft, path)
  return await working(db)
}

async function working (db: EmbeddedDatabase): Promise<EmbeddedDatabase> {
  await db.script(asApplication)
  return db
}

/** Makes `dataDir` an embedded store, migrated and empty, in a second: what a process started on it need not do itself. */
export async function prepareDataDir (dataDir: string): Promise<void> {
  const memory = await openMigratedMemory()
  await (await openEmbedded(dataDir, { image: await memory.dump() })).close()
  await memory.close()
}

// Another migration or another PGlite is another image.
async function imageName (): Promise<string> {
  const folder = fileURLToPath(new URL('../../migrations/', import.meta.url))
  const hash = createHash('sha256').update(await readFile(createRequire(import.meta.url).resolve('@electric-sql/pglite')))
  for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}

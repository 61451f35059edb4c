import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { readReleasedMigrations } from '../../scripts/keep-release.js'
import type { Database } from '../../src/store/database/database.js'
import { openEmbedded } from '../../src/store/database/embedded.js'
import { migrate } from '../../src/store/database/migrate.js'
import { openServer } from '../../src/store/database/server.js'
import { fillWhole, readWhole, type TableDigest } from '../../src/store/database/whole-store.js'
import { logMonths } from '../../src/store/log/months.js'

/** What is known of a kept store beside its rows. Its keys are made for it and open nothing else. */
export interface KeptAbout {
  readonly minor: string
  readonly engineVersion: string
  readonly policyRevision: number
  /** The key of the installation (DATA_KEY), base64. */
  readonly dataKey: string
  /** A key of the API for each tenant, with every scope. */
  readonly keys: Readonly<Record<string, string>>
  /** What was answered, by tenant and id of the determination: SHA-256 (hex) of the bytes that were sent. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** A kept store: one neutral form for both kinds of store. */
export interface KeptStore extends KeptAbout {
  readonly months: readonly string[]
  readonly digests: readonly TableDigest[]
  readonly rows: ReadonlyMap<string, readonly string[]>
}

const pageRows = 200
const root = new URL('../../', import.meta.url)

/** Where the store of a released minor version (`0.2`) is kept. */
export const keptStoreFile = (minor: string): string =>
  fileURLToPath(new URL(`test/store/released/${minor}.ndjson.gz`, root))

/** Writes every row of a store, after a line that tells about it; answers the number of bytes. */
export async function keepStore(db: Database, about: KeptAbout): Promise<number> {
  const lines: string[] = []
  const months = await logMonths(db)
  const digests = await readWhole(db, async (name, rows) => {
    for (const row of rows) lines.push(`${name} ${row}`)
  })
  const text = [JSON.stringify({ ...about, months, digests }), ...lines].join('\n')
  const packed = gzipSync(`${text}\n`, { level: 9 })
  const file = keptStoreFile(about.minor)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, packed, { flag: 'wx' })
  return packed.length
}

/** Reads what `keepStore` wrote. */
export async function readKeptStore(minor: string): Promise<KeptStore> {
  const [head = '', ...lines] = gunzipSync(await readFile(keptStoreFile(minor)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  const rows = new Map<string, string[]>()
  for (const line of lines) {
    const end = line.indexOf(' ')
    const name = line.slice(0, end)
    rows.set(name, [...(rows.get(name) ?? []), line.slice(end + 1)])
  }
  return { ...(JSON.parse(head) as Omit<KeptStore, 'rows'>), rows }
}

/** Makes an empty store what the release left: its migrations and no later ones, then its rows, as their digests prove. */
export async function restoreKeptStore(
  kept: KeptStore,
  where: { readonly databaseUrl: string } | { readonly dataDir: string },
): Promise<void> {
  const db =
    'databaseUrl' in where
      ? openServer(where.databaseUrl, { poolSize: 1 })
      : await openEmbedded(where.dataDir)
  const folder = await mkdtemp(join(tmpdir(), 'precert-released-migrations-'))
  try {
    for (const name of Object.keys((await readReleasedMigrations())[kept.minor] ?? {}))
      await copyFile(new URL(`migrations/${name}`, root), join(folder, name))
    await migrate(db, folder)
    await fillWhole(db, async (writer) => {
      await writer.makeMonths(kept.months)
      for (const [name, rows] of kept.rows)
        for (let at = 0; at < rows.length; at += pageRows)
          await writer.write(name, rows.slice(at, at + pageRows))
      const [found, wanted] = [await writer.digests(), kept.digests].map((digests) => JSON.stringify(digests))
      if (found !== wanted) throw new Error(`the rows are others than those kept: ${found}, not ${wanted}`)
    })
  } finally {
    await db.close()
    await rm(folder, { recursive: true })
  }
}

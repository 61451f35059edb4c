import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openDatabase } from '../../src/store/database/database.js'
import { migrate } from '../../src/store/database/migrate.js'
import { openServer } from '../../src/store/database/server.js'
import { prepareDataDir } from '../support/embedded.js'
import type { Target } from './killed-import.js'

/** An embedded store in `folder`, migrated and empty. */
export async function embeddedTarget(folder: string): Promise<Target> {
  const dataDir = join(folder, 'data')
  await prepareDataDir(dataDir)
  return { environment: { DATA_DIR: dataDir }, look: (work) => looking({ dataDir }, work) }
}

/**
 * A database of its own on the server at `url`; undefined when none answers. Backends are ended as an administrator does, or with
 * `hard` by SIGKILL, after which the server restarts all of its connections: only for a server that nobody else uses.
 */
export async function serverTarget(
  url: string,
  hard = false,
): Promise<{ target: Target; drop: () => Promise<void> } | undefined> {
  const admin = openServer(url)
  if (
    !(await admin.query('SELECT 1').then(
      () => true,
      () => false,
    ))
  ) {
    await admin.close()
    return undefined
  }
  const name = `precert_crash_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  const databaseUrl = Object.assign(new URL(url), { pathname: `/${name}` }).href
  const own = openServer(databaseUrl)
  await migrate(own)
  await own.close()
  const killBackend = async (): Promise<void> => {
    const pids = await admin.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE datname = $1', [
      name,
    ])
    for (const { pid } of pids) {
      if (hard) process.kill(pid, 'SIGKILL')
      else await admin.query('SELECT pg_terminate_backend($1)', [pid])
    }
  }
  return {
    target: {
      environment: { DATABASE_URL: databaseUrl },
      look: (work) => looking({ databaseUrl, dataDir: '' }, work),
      killBackend,
    },
    drop: async () => {
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.close()
    },
  }
}

async function looking<T>(
  where: { databaseUrl?: string; dataDir: string },
  work: Parameters<Target['look']>[0],
): Promise<T> {
  const db = await openDatabase(where)
  // A server that lost a backend restarts for a moment.
  for (
    let tries = 0;
    where.databaseUrl !== undefined &&
    tries < 50 &&
    !(await db.query('SELECT 1').then(
      () => true,
      () => false,
    ));
    tries++
  )
    await new Promise((resolve) => setTimeout(resolve, 200))
  try {
    return (await work(db)) as T
  } finally {
    await db.close()
  }
}

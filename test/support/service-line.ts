import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKey, freePort, keepService, type KeptService } from '../decision-log/kept-service.js'
import { serverTarget } from '../importers/crash-targets.js'
import type { Target } from '../importers/killed-import.js'
import { openFaultLine, type FaultLine } from './fault-line.js'

/** A service process, its database, and the line between them. */
export interface ServiceOnLine {
  readonly service: KeptService
  readonly line: FaultLine
  readonly target: Target
  readonly url: string
  readonly authorization: string
  /** Of the service without the line: for a second process. */
  readonly environment: Readonly<Record<string, string>>
  /** Stops the process in order and removes what was made; answers its exit code. */
  readonly stop: () => Promise<number | null>
}

/** Starts a service whose database on the server at `databaseUrl` is reached over a line with faults. Undefined when no server answers. */
export async function serviceOnLine(
  databaseUrl: string,
  {
    environment: more = {},
    nodeOptions = [],
    before,
  }: {
    readonly environment?: Readonly<Record<string, string>>
    readonly nodeOptions?: readonly string[]
    /** Done when there is a database with a key, and before the service is started. */
    readonly before?: (line: FaultLine) => Promise<void>
  } = {},
): Promise<ServiceOnLine | undefined> {
  const found = await serverTarget(databaseUrl)
  if (found === undefined) return undefined
  const { target, drop } = found
  const folder = await mkdtemp(join(tmpdir(), 'precert-fault-'))
  const own = new URL(target.environment['DATABASE_URL'] ?? '')
  const line = await openFaultLine(own.hostname, Number(own.port || 5432))
  const environment = {
    ...target.environment,
    DATA_DIR: folder,
    DATA_KEY: randomBytes(32).toString('base64'),
    NODE_ENV: 'production',
    RATE_LIMIT_PER_MINUTE: '0',
    ADMIN_HOST: 'none',
    LOG_LEVEL: 'warn',
    ...more,
  }
  const authorization = `Bearer ${await createKey(environment, 'checks:write,policies:read,audit:read')}`
  await before?.(line)
  const port = await freePort()
  const service = keepService(
    {
      ...environment,
      DATABASE_URL: Object.assign(new URL(own), { hostname: '127.0.0.1', port: String(line.port) }).href,
    },
    port,
    nodeOptions,
  )
  return {
    service,
    line,
    target,
    environment,
    authorization,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const code = await service.stop()
      await line.close()
      await drop()
      await rm(folder, { recursive: true, force: true })
      return code
    },
  }
}

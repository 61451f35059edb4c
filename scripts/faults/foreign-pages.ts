import { request } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkBody } from '../../bench/asking-service.js'
import { freePort, keepService } from '../../test/decision-log/kept-service.js'
import { prepareDataDir } from '../../test/support/embedded.js'
import { unless, type FaultTrial } from './fault.js'

const paths = ['/v1/plans', '/v1/determinations', '/openapi.json', '/docs', '/health/ready']
const adminPaths = ['/metrics', '/log-level', '/health/ready']

/** Asks as the browser of somebody who looks at a page would, and answers the status. */
async function askAs(
  headers: Readonly<Record<string, string>>,
  port: number,
  path: string,
  body?: string,
): Promise<number> {
  return await new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        path,
        host: '127.0.0.1',
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      },
      (answer) => {
        answer.resume().once('end', () => {
          resolve(answer.statusCode ?? 0)
        })
      },
    )
    sent.once('error', reject).end(body)
  })
}

export const foreignPages: FaultTrial = {
  name: 'foreign-pages',
  about:
    'a web page asks a service without credentials through a browser of its machine: under a name that points to 127.0.0.1, and under its own',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'precert-open-'))
    const dataDir = join(folder, 'data')
    await prepareDataDir(dataDir)
    const [port, adminPort] = [await freePort(), await freePort()]
    const service = keepService(
      { DATA_DIR: dataDir, ADMIN_PORT: String(adminPort), LOG_LEVEL: 'error' },
      port,
    )
    try {
      await service.ready()
      const askAll = async (headers: Readonly<Record<string, string>>): Promise<string> => {
        const statuses = new Map<number, number>()
        const count = (status: number): void => void statuses.set(status, (statuses.get(status) ?? 0) + 1)
        count(await askAs(headers, port, '/v1/authorization-checks', checkBody))
        for (const path of paths) count(await askAs(headers, port, path))
        for (const path of adminPaths) count(await askAs(headers, adminPort, path))
        return [...statuses].map(([status, times]) => `${status} x${times}`).join(' ')
      }
      const cross = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }
      const figures = {
        ownName: await askAll({ host: `localhost:${port}` }),
        anotherName: await askAll({ host: `evil.example:${port}` }),
        anotherSite: await askAll({ host: `localhost:${port}`, ...cross }),
      }
      const all = 1 + paths.length + adminPaths.length
      return {
        figures,
        wrong: unless(
          [figures.ownName === `200 x${all}`, `under its own name: ${figures.ownName}`],
          [figures.anotherName === `421 x${all}`, `under another name: ${figures.anotherName}`],
          [figures.anotherSite === `403 x${all}`, `from another site: ${figures.anotherSite}`],
        ),
      }
    } finally {
      await service.stop()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

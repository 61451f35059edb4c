// An issuer, over HTTPS, whose key set does not end: a process stops reading at its bound, answers 503, and stays small.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { prepareDataDir } from '../support/embedded.js'
import { programArguments } from '../support/program.js'
import { audience, issuer, signer } from './credentials.js'

const whole = 400 * 1024 * 1024 // bytes that would be sent to whoever reads them
const piece = Buffer.alloc(64 * 1024, ' ')

async function certificateIn(folder: string): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')] as const
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  await promisify(execFile)('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert])
  return { cert, key }
}

/** Sends a key set that begins well and goes on for 400 MB, as fast as it is read; tells how much was taken. */
async function endlessIssuer(files: { cert: string; key: string }) {
  const sent = { bytes: 0, closed: false }
  const server = createServer(
    { cert: await readFile(files.cert), key: await readFile(files.key) },
    (_, response) => {
      response.on('close', () => {
        sent.closed = true
      })
      response.write('{"keys":[')
      const more = (): void => {
        while (sent.bytes < whole && !response.destroyed) {
          sent.bytes += piece.length
          if (!response.write(piece)) return void response.once('drain', more)
        }
        response.end(']}')
      }
      more()
    },
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { sent, server, url: `https://localhost:${(server.address() as AddressInfo).port}/keys` }
}

if (spawnSync('openssl', ['version']).status !== 0) {
  if (process.env['CI'] === 'true') t.fail('openssl is not there')
  else t.pass('NOT RUN: needs openssl')
} else {
  t.test('an endless key set is read to its bound and no further', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'precert-key-set-'))
    const files = await certificateIn(folder)
    const { sent, server, url } = await endlessIssuer(files)
    await prepareDataDir(join(folder, 'data'))
    const child = spawn(process.execPath, programArguments('serve'), {
      env: {
        DATA_DIR: join(folder, 'data'),
        PORT: '0',
        ADMIN_HOST: 'none',
        NODE_EXTRA_CA_CERTS: files.cert,
        JWT_ISSUER: issuer,
        JWT_AUDIENCE: audience,
        JWT_JWKS_URL: url,
      },
    })
    t.teardown(() => {
      child.kill('SIGKILL')
      server.closeAllConnections()
      server.close()
    })
    const address = await addressOf(child)
    const seconds = Math.floor(Date.now() / 1000)
    const token = await (await signer('ES256', 'one')).sign({ iat: seconds, exp: seconds + 60 })
    const before = await peakMiB(child.pid)
    const answer = await fetch(`${address}/v1/plans`, { headers: { authorization: `Bearer ${token}` } })
    t.match([answer.status, await answer.json()], [503, { code: 'issuer-unreachable' }])
    const [grown, megabytes] = [(await peakMiB(child.pid)) - before, sent.bytes / 1024 / 1024]
    // What is on its way in the sockets' buffers on both sides was sent as well.
    t.ok(megabytes < 32, `${megabytes.toFixed(1)} MiB were sent`)
    t.ok(grown < 40, `the peak of resident memory grew by ${grown.toFixed(0)} MiB`)
  })
}

async function addressOf(child: ReturnType<typeof spawn>): Promise<string> {
  let output = ''
  return await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        output += String(chunk)
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0]
        if (found !== undefined) resolve(found)
      })
    child.once('exit', () => {
      reject(new Error(output))
    })
  })
}

/** The most memory that a process has had so far. */
async function peakMiB(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid ?? 'self'}/status`, 'utf8').catch(() => '')
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024
}

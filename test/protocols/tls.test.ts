// HTTPS as it is on the wire: which suites are taken, and a certificate that is renewed while the process runs.
import { execFile, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { renewOnHangUp } from '../../src/process/certificate.js'
import { createLog } from '../../src/process/log.js'

const folder = await mkdtemp(join(tmpdir(), 'precert-tls-'))
t.teardown(async () => await rm(folder, { recursive: true }))

/** A certificate that signs itself, of an RSA key: the kind of key with which suites without forward secrecy would work. */
async function makeCertificate(name: string): Promise<{ readonly cert: string; readonly key: string }> {
  const files = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
  const subject = ['-subj', `/CN=${name}`, '-days', '2']
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, '-keyout', files.key, '-out', files.cert]) // prettier-ignore
  return files
}

async function everything(): Promise<void> {
  const [first, second] = [await makeCertificate('first'), await makeCertificate('second')]
  const served = { TLS_CERT_FILE: join(folder, 'served.pem'), TLS_KEY_FILE: join(folder, 'served.key') }
  const serve = async ({ cert, key }: { cert: string; key: string }): Promise<void> => {
    await copyFile(cert, served.TLS_CERT_FILE)
    await copyFile(key, served.TLS_KEY_FILE)
  }
  await serve(first)
  const logged: string[] = []
  const tls = { cert: await readFile(first.cert), key: await readFile(first.key) }
  const { app } = await appOnPacks(() => '1', { tls })
  renewOnHangUp(served, createLog('info', { write: (line) => void logged.push(line) }), [app])
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo

  /** The socket after the handshake, or the code of the alert. */
  const handshake = async (options: ConnectionOptions): Promise<TLSSocket | string> =>
    await new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
        .once('secureConnect', () => {
          resolve(socket)
        })
        .once('error', (error: NodeJS.ErrnoException) => {
          resolve(error.code ?? 'unknown')
        })
    })
  const nameServed = async (): Promise<string> => {
    const socket = await handshake({})
    if (typeof socket === 'string') return socket
    const { subject } = new X509Certificate(socket.getPeerCertificate().raw)
    socket.destroy()
    return subject
  }

  await t.test('suites with forward secrecy, and no others', async (t) => {
    const taken = [
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES256-GCM-SHA384',
      'ECDHE-RSA-CHACHA20-POLY1305',
    ]
    const refused = ['AES128-SHA', 'AES256-SHA256', 'AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-CCM', 'ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA384', 'DHE-RSA-AES128-GCM-SHA256'] // prettier-ignore
    for (const [ciphers, isTaken] of [
      ...taken.map((suite) => [suite, true] as const),
      ...refused.map((suite) => [suite, false] as const),
    ]) {
      const socket = await handshake({ ciphers: `${ciphers}:@SECLEVEL=0`, maxVersion: 'TLSv1.2' })
      t.equal(typeof socket === 'string', !isTaken, ciphers)
      if (typeof socket !== 'string') socket.destroy()
    }
    const older = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
    t.type(await handshake(older), 'string', 'nor TLS 1.1')
    const newest = await handshake({ minVersion: 'TLSv1.3' })
    t.not(typeof newest, 'string')
    if (typeof newest !== 'string') newest.destroy()
  })

  await t.test('SIGHUP reads the certificate anew; who is connected stays connected', async (t) => {
    t.equal(await nameServed(), 'CN=first')
    const open = await handshake({})
    if (typeof open === 'string') throw new Error(open)
    const ask = async (): Promise<string> =>
      await new Promise((resolve) => {
        open.once('data', (bytes: Buffer) => {
          resolve(bytes.toString())
        })
        open.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
      })
    t.match(await ask(), /^HTTP\/1\.1 200 /)
    await serve(second)
    process.kill(process.pid, 'SIGHUP')
    for (let tries = 0; tries < 500 && (await nameServed()) === 'CN=first'; tries++) await sleep(20)
    t.equal(await nameServed(), 'CN=second')
    t.match(await ask(), /^HTTP\/1\.1 200 /)
    open.destroy()
  })

  await t.test('one that cannot be used changes nothing, and the log says so', async (t) => {
    for (const [title, broken] of [
      ['no certificate', 'not PEM'],
      ['that of another key', await readFile(first.cert, 'utf8')],
    ] as const) {
      logged.length = 0
      await writeFile(served.TLS_CERT_FILE, broken)
      process.kill(process.pid, 'SIGHUP')
      for (let tries = 0; tries < 500 && logged.length === 0; tries++) await sleep(20)
      t.match(JSON.parse(logged[0] ?? '{}'), { level: 50, msg: /cannot be used/ }, title)
      t.equal(await nameServed(), 'CN=second')
      t.notMatch(logged.join(), /BEGIN/, 'nothing of it stands in the log')
    }
  })
}

if (spawnSync('openssl', ['version']).status === 0) await everything()
else if (process.env['CI'] === 'true') t.fail('openssl is not there')
else t.pass('NOT RUN: needs openssl')

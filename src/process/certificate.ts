import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { StartRefused } from '../access/open-access.js'
import type { Config } from './config.js'
import { renewCertificate, type Certificate } from './listeners.js'

type Files = Pick<Config, 'TLS_CERT_FILE' | 'TLS_KEY_FILE'>

/**
 * Reads the configured certificate chain and key; undefined where none are configured. Rejects with
 * StartRefused, which names the setting.
 */
export async function certificateOf({
  TLS_CERT_FILE: cert,
  TLS_KEY_FILE: key,
}: Files): Promise<Certificate | undefined> {
  if (cert === undefined || key === undefined) return undefined
  return { cert: await fileOf(cert, 'TLS_CERT_FILE'), key: await fileOf(key, 'TLS_KEY_FILE') }
}

/**
 * Reloads certificate and key on SIGHUP, so a renewed certificate needs no restart. An unusable one
 * changes nothing and is logged. Without a certificate SIGHUP does nothing, so it never ends the
 * service.
 */
export function renewOnHangUp(files: Files, log: Logger, apps: readonly FastifyInstance[]): void {
  const renew = async (): Promise<void> => {
    const certificate = await certificateOf(files)
    if (certificate === undefined) return
    for (const app of apps) renewCertificate(app, certificate)
    log.info('the certificate was read anew')
  }
  process.on('SIGHUP', () => {
    renew().catch((error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException
      log.error(
        { code, ...(error instanceof StartRefused ? { reason: message } : {}) },
        'the certificate at TLS_CERT_FILE and TLS_KEY_FILE cannot be used; the one before is served on',
      )
    })
  })
}

async function fileOf(path: string, setting: string): Promise<Buffer> {
  return await readFile(path).catch(() => {
    throw new StartRefused(`${setting}: ${path} cannot be read; name a file that this process may read`)
  })
}

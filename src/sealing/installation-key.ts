import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const length = 32
const fileName = 'data.key'
// An Ed25519 private key as PKCS #8 is these bytes and its seed of 32 (RFC 8410, section 7).
const ed25519Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The key of an installation cannot be used; the message says what to set. */
export class InstallationKeyRefused extends Error {}

/** The one secret of an installation: data keys of tenants are wrapped with it, and checkpoints of the log signed. */
export interface InstallationKey {
  /** Key (32 bytes) for one purpose, derived. */
  readonly derive: (purpose: string) => Buffer
  readonly signing: KeyObject
  readonly verifying: KeyObject
}

/** Reads a key of 32 bytes from base64, base64url or hexadecimal text; undefined for anything else. */
export function parseInstallationKey(text: string): Buffer | undefined {
  const given = text.trim()
  const bytes = /^[0-9a-f]{64}$/i.test(given)
    ? Buffer.from(given, 'hex')
    : /^[\w+/-]{43}=?$/.test(given)
      ? Buffer.from(given, 'base64')
      : undefined
  return bytes?.length === length ? bytes : undefined
}

export function installationKeyOf(secret: Buffer): InstallationKey {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `precert ${purpose}`, length))
  const signing = createPrivateKey({
    key: Buffer.concat([ed25519Head, derive('log checkpoints')]),
    format: 'der',
    type: 'pkcs8',
  })
  return { derive, signing, verifying: createPublicKey(signing) }
}

/** Where the key of an installation comes from. */
export interface KeySource {
  /** The key itself, as text. */
  readonly given?: string | undefined
  /** A file that holds it, made if there is none. */
  readonly file?: string | undefined
  readonly dataDir: string
  readonly store: 'embedded' | 'server'
}

/**
 * The key as given, or from its file; of an embedded store from a file in its data folder. A file that is not there is made with mode
 * 0600. Rejects with InstallationKeyRefused when a server has neither: a key that lies beside the data it protects would be none.
 */
export async function openInstallationKey({
  given,
  file,
  dataDir,
  store,
}: KeySource): Promise<InstallationKey> {
  if (given !== undefined) {
    const secret = parseInstallationKey(given)
    if (secret === undefined)
      throw new InstallationKeyRefused(
        'DATA_KEY is not 32 bytes in base64 or hexadecimal; make one: openssl rand -base64 32',
      )
    return installationKeyOf(secret)
  }
  if (file !== undefined) return installationKeyOf(await keyOfFile(file))
  if (store === 'server')
    throw new InstallationKeyRefused(
      'DATABASE_URL asks for DATA_KEY, with which what callers send is sealed in the decision log; make one and keep it apart from the database (openssl rand -base64 32), or name a file in DATA_KEY_FILE',
    )
  return installationKeyOf(
    dataDir.startsWith('memory://') ? randomBytes(length) : await keyOfFile(join(dataDir, fileName)),
  )
}

async function keyOfFile(path: string): Promise<Buffer> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // Written aside and linked into place, so that nobody who starts at the same time reads half a key.
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${randomBytes(length).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })
  await link(draft, path)
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    .finally(async () => {
      await rm(draft)
    })
  const secret = parseInstallationKey(await readFile(path, 'utf8'))
  if (secret === undefined)
    throw new InstallationKeyRefused(
      `${path} does not hold a key of 32 bytes; put the key of this store there again`,
    )
  return secret
}

/** A short name of a public key, to tell signers apart: the first 16 hexadecimal digits of its SHA-256. */
export function nameOfSigner(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16)
}

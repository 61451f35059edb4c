import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const length = 32
const fileName = 'data.key'
// An Ed25519 private key in PKCS #8 is these bytes followed by its seed of 32 (RFC 8410, section
// 7).
const ed25519Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The error for an installation key that cannot be used. The message says what to set. */
export class InstallationKeyRefused extends Error {}

/**
 * The one secret of an installation. It wraps the data keys of tenants and signs the checkpoints of
 * the log.
 */
export interface InstallationKey {
  /** Short name of its public key. */
  readonly name: string
  /** Derives a key (32 bytes) for one purpose. */
  readonly derive: (purpose: string) => Buffer
  readonly signing: KeyObject
  readonly verifying: KeyObject
  /**
   * The other keys that the process has during a key change. Data keys that they wrapped open too.
   */
  readonly others: readonly InstallationKey[]
}

/**
 * Reads a key of 32 bytes from base64, base64url or hexadecimal text; undefined for anything else.
 */
export function parseInstallationKey(text: string): Buffer | undefined {
  const given = text.trim()
  const bytes = /^[0-9a-f]{64}$/i.test(given)
    ? Buffer.from(given, 'hex')
    : /^[\w+/-]{43}=?$/.test(given)
      ? Buffer.from(given, 'base64')
      : undefined
  return bytes?.length === length ? bytes : undefined
}

/** Derives the keys of an installation from its secret. */
export function installationKeyOf(secret: Buffer): InstallationKey {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `precert ${purpose}`, length))
  const signing = createPrivateKey({
    key: Buffer.concat([ed25519Head, derive('log checkpoints')]),
    format: 'der',
    type: 'pkcs8',
  })
  const verifying = createPublicKey(signing)
  return { name: nameOfSigner(verifying), derive, signing, verifying, others: [] }
}

/** Where the key of an installation comes from. */
export interface KeySource {
  /** The key itself, as text. */
  readonly given?: string | undefined
  /** A file that contains the key. It is created if it is missing. */
  readonly file?: string | undefined
  /** The previous key, during a key change: as text, or a file that contains it. */
  readonly previous?: string | undefined
  readonly previousFile?: string | undefined
  readonly dataDir: string
  readonly store: 'embedded' | 'server'
  /**
   * Whether a missing key file may be created: not for a store that already has data keys. Absent:
   * it may.
   */
  readonly mayMake?: (() => Promise<boolean>) | undefined
}

/**
 * Opens the installation key in force, with the other available keys of a key change. `inForce` is
 * its name in the store; undefined means the first key. The key is given as text or read from a
 * file; an embedded store has the file in its data folder. A missing file is created with mode
 * 0600, unless the store was begun with a key: a new key could not open what is sealed there.
 * Rejects with InstallationKeyRefused then, and when a server store has neither text nor file,
 * because a key stored with the data protects nothing.
 */
export async function openInstallationKey(source: KeySource, inForce?: string): Promise<InstallationKey> {
  const keys = await availableKeys(source)
  const found = inForce === undefined ? keys[0] : keys.find(({ name }) => name === inForce)
  if (found === undefined)
    throw new InstallationKeyRefused(
      'DATA_KEY (or its file) is not the key of this store any more, which was changed; set the new one',
    )
  const file = fileOf(source)
  if (file !== undefined && inForce !== undefined && (await isNext(file, inForce))) await putInPlace(file)
  return { ...found, others: keys.filter((key) => key !== found) }
}

/** The available keys, the oldest first. */
async function availableKeys(source: KeySource): Promise<InstallationKey[]> {
  const previous = await previousOf(source)
  return [...(previous === undefined ? [] : [previous]), ...(await currentOf(source))]
}

/** The previous key; undefined where none is given. */
export async function previousOf({
  previous,
  previousFile,
}: KeySource): Promise<InstallationKey | undefined> {
  if (previous !== undefined) return installationKeyOf(secretOf(previous, 'DATA_KEY_PREVIOUS'))
  return previousFile === undefined ? undefined : installationKeyOf(await readKeyFile(previousFile))
}

/** The configured key, and the next one if a key change was begun in its file. */
export async function currentOf(source: KeySource): Promise<InstallationKey[]> {
  if (source.given !== undefined) return [installationKeyOf(secretOf(source.given, 'DATA_KEY'))]
  const file = fileOf(source)
  if (file === undefined) return [installationKeyOf(randomBytes(length))]
  const next = await readKeyFile(nextTo(file)).catch(() => undefined)
  return [
    installationKeyOf(await keyOfFile(file, source.mayMake)),
    ...(next === undefined ? [] : [installationKeyOf(next)]),
  ]
}

/** The path of the key file; undefined if the key is given as text, or the store is in memory. */
export function fileOf({ given, file, store, dataDir }: KeySource): string | undefined {
  if (given !== undefined) return undefined
  if (file !== undefined) return file
  if (store === 'server')
    throw new InstallationKeyRefused(
      'DATABASE_URL asks for DATA_KEY, with which what callers send is sealed in the decision log; make one and keep it apart from the database (openssl rand -base64 32), or name a file in DATA_KEY_FILE',
    )
  return dataDir.startsWith('memory://') ? undefined : join(dataDir, fileName)
}

/**
 * Creates the next key in a file next to the current one, or reads the one that an interrupted
 * change left there.
 */
export async function makeNext(file: string): Promise<InstallationKey> {
  return installationKeyOf(await keyOfFile(nextTo(file)))
}

/**
 * Moves the next key into place. The former key stays in the same folder under its name, because
 * older backups need it. Returns its path.
 */
export async function putInPlace(file: string): Promise<string> {
  const former = `${file}.${installationKeyOf(await readKeyFile(file)).name}`
  await link(file, former).catch(ifThere)
  await rename(nextTo(file), file)
  return former
}

const nextTo = (file: string): string => `${file}.next`

async function isNext(file: string, name: string): Promise<boolean> {
  const next = await readKeyFile(nextTo(file)).catch(() => undefined)
  return next !== undefined && installationKeyOf(next).name === name
}

function secretOf(text: string, setting: string): Buffer {
  const secret = parseInstallationKey(text)
  if (secret === undefined)
    throw new InstallationKeyRefused(
      `${setting} is not 32 bytes in base64 or hexadecimal; make one: openssl rand -base64 32`,
    )
  return secret
}

async function keyOfFile(path: string, mayMake = async (): Promise<boolean> => true): Promise<Buffer> {
  if (!(await isThere(path))) await makeKey(path, mayMake)
  return await readKeyFile(path)
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT',
  )
}

async function makeKey(path: string, mayMake: () => Promise<boolean>): Promise<void> {
  if (!(await mayMake()))
    throw new InstallationKeyRefused(
      `${path} is missing, and this store was begun with the key that it held. Put it back from its copy: no other key opens what was recorded, so none was made. If it is lost for good, begin a new store (DATA_DIR or database) and keep this one`,
    )
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // Write a draft and link it: a process that starts at the same time never reads a partial key.
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${randomBytes(length).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })
  await link(draft, path)
    .catch(ifThere)
    .finally(async () => {
      await rm(draft)
    })
}

function ifThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

async function readKeyFile(path: string): Promise<Buffer> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InstallationKeyRefused(
      `${path}, which should hold a key of the installation, cannot be read (${error.code ?? ''}); put it there, readable for the user of this process`,
    )
  })
  const secret = parseInstallationKey(text)
  if (secret === undefined)
    throw new InstallationKeyRefused(
      `${path} does not hold a key of 32 bytes; put the key of this store there again`,
    )
  return secret
}

/**
 * A short name of a public key, to identify signers: the first 16 hexadecimal digits of its
 * SHA-256.
 */
export function nameOfSigner(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16)
}

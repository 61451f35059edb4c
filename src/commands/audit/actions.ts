import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { createPastRevisions } from '../../policies/loaded/past-revisions.js'
import { createSeals, type Seals } from '../../sealing/data-keys.js'
import { nameOfSigner, type InstallationKey } from '../../sealing/installation-key.js'
import { destroyDataKeys } from '../../store/keys/data-keys.js'
import type { Database } from '../../store/database/database.js'
import type { StoredCheckpoint } from '../../store/log/checkpoints.js'
import { lastRowsBefore, logMonths, removeLogMonths } from '../../store/log/months.js'
import { AuditRefused, type AuditCommand } from './arguments.js'
import { exportDeterminations } from '../../decision-log/export-log.js'
import { openDecisionLog } from '../../decision-log/open-decision-log.js'
import { replayMany, type ReplayedMany } from '../../decision-log/replay-many.js'
import { parsePublicKey, signRetirement } from '../../decision-log/signature.js'
import { verifyLog, type Verification } from '../../decision-log/verify.js'

type Action<Name extends AuditCommand['action']> = Extract<AuditCommand, { action: Name }>

/** The output: fields for --json, lines for people, and whether everything was in order. */
export interface AuditResult {
  readonly fields: object
  readonly lines: readonly string[]
  readonly good: boolean
}

export interface AuditParts {
  readonly database: Database
  /** The installation key; read only where it is needed. */
  readonly key: () => Promise<InstallationKey>
  readonly tenants: readonly string[]
  readonly out: Writable
  readonly onProgress: (rows: number) => void
}

const shownFaults = 50

/** Runs the requested action on an open store. Throws AuditRefused for an impossible one. */
export async function performAudit(
  command: Exclude<AuditCommand, { action: 'help' }>,
  parts: AuditParts,
): Promise<AuditResult> {
  const unknown = command.tenantId !== undefined && !parts.tenants.includes(command.tenantId)
  if (unknown) throw new AuditRefused(`There is no tenant ${command.tenantId ?? ''}.`)
  const tenants = command.tenantId === undefined ? parts.tenants : [command.tenantId]
  if (command.action === 'verify') return await verify(command, tenants, parts)
  if (command.action === 'export') return await exportAll(command, tenants, parts)
  if (command.action === 'replay') return await replayAll(command, tenants, parts)
  if (command.action === 'retire') return await retire(command, parts)
  if (command.action === 'erase') return await erase(command, parts)
  return await publicKey(parts)
}

async function verify(
  { publicKeyFile, checkpointsFile }: Action<'verify'>,
  tenants: readonly string[],
  { database, key, onProgress }: AuditParts,
): Promise<AuditResult> {
  const verifying =
    publicKeyFile === undefined
      ? (await key()).verifying
      : parsePublicKey(await readFile(publicKeyFile, 'utf8'))
  if (verifying === undefined)
    throw new AuditRefused('--public-key is not a public key in PEM; audit -- public-key prints one.')
  const copies = checkpointsFile === undefined ? [] : checkpointsIn(await readFile(checkpointsFile, 'utf8'))
  const results: Verification[] = []
  for (const tenantId of tenants)
    results.push(await verifyLog({ database, tenantId, verifying, copies, now: Date.now(), onProgress }))
  const sum = (field: 'chains' | 'rows' | 'checkpoints' | 'unsignedRows' | 'refusedRows'): number =>
    results.reduce((total, one) => total + one[field], 0)
  const faults = results.flatMap((one) => one.faults)
  const counted = {
    tenants: tenants.length,
    chains: sum('chains'),
    rows: sum('rows'),
    checkpoints: sum('checkpoints'),
    keptCheckpoints: copies.length,
    unsignedRows: sum('unsignedRows'),
    refusedRows: sum('refusedRows'),
  }
  const walked = `${counted.rows} rows in ${counted.chains} chains under ${counted.checkpoints} checkpoints${counted.refusedRows === 0 ? '' : ` and ${counted.refusedRows} in log_refused_row`}`
  return {
    good: faults.length === 0,
    fields: { outcome: faults.length === 0 ? 'whole' : 'tampered', ...counted, faults },
    lines:
      faults.length === 0
        ? [
            `The log is whole: ${walked}${counted.unsignedRows === 0 ? '' : `; the last ${counted.unsignedRows} are not signed yet`}.`,
          ]
        : [
            `${faults.length} fault(s) in ${walked}:`,
            ...faults
              .slice(0, shownFaults)
              .map(
                ({ tenantId, writerId, seq, kind, detail }) =>
                  `  ${tenantId} ${writerId} ${seq}  ${kind}: ${detail}`,
              ),
          ],
  }
}

/** The checkpoints in a log of the service: the field `checkpoint` of each JSON line. */
function checkpointsIn(text: string): StoredCheckpoint[] {
  return text.split('\n').flatMap((line) => {
    if (!line.includes('"checkpoint"')) return []
    try {
      const { checkpoint } = JSON.parse(line) as { checkpoint?: StoredCheckpoint }
      return typeof checkpoint?.signature === 'string' ? [checkpoint] : []
    } catch {
      return []
    }
  })
}

async function exportAll(
  command: Action<'export'>,
  tenants: readonly string[],
  parts: AuditParts,
): Promise<AuditResult> {
  const { database, key } = parts
  const seals = command.sealed ? undefined : createSeals(database, await key())
  await recordReading(
    parts,
    tenants,
    { from: command.from, to: command.to, sealed: command.sealed },
    'reading',
  )
  const out =
    command.outFile === undefined
      ? parts.out
      : createWriteStream(command.outFile, { flags: 'wx', mode: 0o600 })
  if (out !== parts.out) await once(out, 'open')
  let rows = 0
  for (const tenantId of tenants) {
    for await (const line of exportDeterminations({
      database,
      tenantId,
      from: command.from,
      to: command.to,
      seals,
    })) {
      if (!out.write(`${line}\n`)) await once(out, 'drain')
      parts.onProgress(++rows)
    }
  }
  if (out !== parts.out)
    await new Promise<void>((resolve, reject) => {
      out.once('error', reject).end(resolve)
    })
  // Standard output has the exported lines and nothing else.
  return {
    good: true,
    fields: { outcome: 'exported', rows },
    lines: command.outFile === undefined ? [] : [`${rows} determinations in ${command.outFile}.`],
  }
}

async function replayAll(
  { from, to }: Action<'replay'>,
  tenants: readonly string[],
  parts: AuditParts,
): Promise<AuditResult> {
  const { database, key, onProgress } = parts
  const seals = createSeals(database, await key())
  await recordReading(parts, tenants, { from, to }, 'replay')
  const past = createPastRevisions(database, { current: () => undefined })
  const done: ReplayedMany[] = []
  for (const tenantId of tenants)
    done.push(await replayMany({ database, seals, past, tenantId, from, to, onProgress }))
  const sum = (field: 'replayed' | 'identical' | 'sameBytes' | 'erased' | 'differing'): number =>
    done.reduce((total, one) => total + one[field], 0)
  const counted = {
    replayed: sum('replayed'),
    identical: sum('identical'),
    sameBytes: sum('sameBytes'),
    erased: sum('erased'),
    differing: sum('differing'),
  }
  const different = done.flatMap((one) => one.different)
  return {
    good: counted.differing === 0,
    fields: { outcome: counted.differing === 0 ? 'identical' : 'different', ...counted, different },
    lines: [
      `${counted.identical} of ${counted.replayed} determinations are decided alike, ${counted.sameBytes} of them answered byte for byte${counted.erased === 0 ? '' : `; ${counted.erased} were erased`}.`,
      ...different
        .slice(0, shownFaults)
        .map(
          (one) =>
            `  ${one.determinationId}  ${one.cause}  ${one.differences.map(({ pointer }) => pointer).join(' ')}`,
        ),
    ],
  }
}

async function retire(
  { before, dryRun }: Action<'retire'>,
  { database, key, tenants }: AuditParts,
): Promise<AuditResult> {
  if (before > new Date().toISOString().slice(0, 7))
    throw new AuditRefused('--before is a month to come: what is written now cannot go.')
  const months = (await logMonths(database)).filter((month) => month < before)
  const from = `${before}-01T00:00:00.000Z`
  const ends: Array<{ tenantId: string; writerId: string; seq: number; hash: string }> = []
  for (const tenantId of tenants)
    ends.push(...(await lastRowsBefore(database, tenantId, from)).map((end) => ({ tenantId, ...end })))
  const named =
    months.length === 0
      ? 'no month'
      : `${months.length} month(s), ${months[0] ?? ''} to ${months.at(-1) ?? ''}`
  if (dryRun || months.length === 0)
    return {
      good: true,
      fields: {
        outcome: months.length === 0 ? 'nothing-to-retire' : 'would-retire',
        months,
        chains: ends.length,
      },
      lines: [
        `${dryRun ? 'Would remove' : 'Removed'} ${named} of the log, with the beginning or all of ${ends.length} chain(s).`,
      ],
    }
  const installation = await key()
  const at = new Date().toISOString()
  await removeLogMonths(
    database,
    months,
    ends.map((end) => signRetirement({ ...end, at }, installation)),
  )
  return {
    good: true,
    fields: { outcome: 'retired', months, chains: ends.length },
    lines: [`Removed ${named} of the log; where ${ends.length} chain(s) begin now is signed.`],
  }
}

async function erase({ tenantId = '', dryRun }: Action<'erase'>, parts: AuditParts): Promise<AuditResult> {
  if (dryRun)
    return {
      good: true,
      fields: { outcome: 'would-erase', tenantId },
      lines: [
        `Would destroy the data keys of ${tenantId}: what it asked and was answered until now could never be read again.`,
      ],
    }
  await recordReading(parts, [tenantId], {}, 'erasure')
  const keys = await destroyDataKeys(parts.database, tenantId)
  return {
    good: true,
    fields: { outcome: 'erased', tenantId, keys },
    lines: [
      `Destroyed ${keys} data key(s) of ${tenantId}. Copies in backups of the database must go too; running processes must be started again.`,
    ],
  }
}

async function recordReading(
  { database, key }: AuditParts,
  tenants: readonly string[],
  asked: object,
  action: 'reading' | 'replay' | 'erasure',
): Promise<void> {
  const installation = await key()
  const seals: Seals = createSeals(database, installation)
  const quiet = { info: () => {}, warn: () => {} }
  const { log, close } = await openDecisionLog(
    { mode: 'db', spool: { folder: '', maxBytes: 0, strict: false } },
    { database, seals, key: installation, tenants: () => tenants, log: quiet },
  )
  for (const tenantId of tenants)
    await log.recordReading(
      { tenantId, callerId: 'operator', channel: 'command', requestId: `audit-${action}` },
      action,
      null,
      asked,
    )
  await close()
}

async function publicKey({ key }: AuditParts): Promise<AuditResult> {
  const { verifying } = await key()
  const pem = verifying.export({ format: 'pem', type: 'spki' }).toString()
  return { good: true, fields: { signer: nameOfSigner(verifying), publicKey: pem }, lines: [pem.trimEnd()] }
}

import type { KeyObject } from 'node:crypto'
import { trustedSigners } from '../sealing/key-changes.js'
import type { Database } from '../store/database/database.js'
import { chainSpans, readChain } from '../store/log/decision-log.js'
import { keyChanges } from '../store/keys/installation-key-changes.js'
import {
  readCheckpoints,
  readRetirements,
  type StoredCheckpoint,
  type StoredRetirement,
} from '../store/log/checkpoints.js'
import { readRefusedRows, type StoredRefusedRow } from '../store/log/refused-rows.js'
import { ChainWalk, type Fault } from './chain-walk.js'
import { hashOf, type LogRecord } from './record.js'
import { isSignedCheckpoint, isSignedRefusedRow, isSignedRetirement } from './signature.js'

const pageRows = 500
// A living writer signs every minute.
const unsignedFor = 10 * 60_000

export interface Verification {
  readonly tenantId: string
  readonly chains: number
  readonly rows: number
  readonly checkpoints: number
  /** Rows after the last checkpoint of their chain, while they are still young enough. */
  readonly unsignedRows: number
  /** Rows that the database refused. They have a number in a chain but are not in the log. */
  readonly refusedRows: number
  readonly faults: readonly Fault[]
}

export interface VerifySettings {
  readonly database: Database
  readonly tenantId: string
  /** The public key of the installation. Former keys are trusted because it signed for them. */
  readonly verifying: KeyObject
  /**
   * Copies of checkpoints from outside the store, as from the log of the process. They count like
   * those of the store.
   */
  readonly copies?: readonly StoredCheckpoint[]
  readonly now: number
  readonly onProgress?: (rows: number) => void
}

/**
 * INVARIANT: by the hashes of the rows and the signed heads, this names each row that was edited,
 * removed, inserted or moved, and each chain that was cut (test/decision-log/verify.test.ts). It
 * cannot see rows that were never signed and are all gone.
 */
// oxlint-disable-next-line max-lines-per-function -- one walk over a chain that adds to one report
export async function verifyLog({
  database,
  tenantId,
  verifying,
  copies = [],
  now,
  onProgress,
}: VerifySettings): Promise<Verification> {
  const faults: Fault[] = []
  const signers = trustedSigners(verifying, await keyChanges(database))
  const stored = await readCheckpoints(database, tenantId)
  const checkpoints = distinct([...stored, ...copies.filter((one) => one.tenantId === tenantId)]).filter(
    (one) => {
      const good = isSignedCheckpoint(one, signers)
      if (!good)
        faults.push({
          tenantId,
          writerId: one.writerId,
          seq: one.seq,
          kind: 'checkpoint-forged',
          detail: `The checkpoint of ${one.at} on row ${one.seq} was not signed by this installation, or was altered.`,
        })
      return good
    },
  )
  const retirements = (await readRetirements(database, tenantId)).filter((one) => {
    const good = isSignedRetirement(one, signers)
    if (!good)
      faults.push({
        tenantId,
        writerId: one.writerId,
        seq: one.seq,
        kind: 'retirement-forged',
        detail: `The end of retention at row ${one.seq} was not signed by this installation, or was altered.`,
      })
    return good
  })
  const refused = (await readRefusedRows(database, tenantId)).filter((one) => {
    const good = isSignedRefusedRow(one, signers) && saysItsHash(one)
    if (!good)
      faults.push({
        tenantId,
        writerId: one.writerId,
        seq: one.seq,
        kind: 'refused-row-forged',
        detail: `Row ${one.seq}, which was set aside because the database refused it, was not signed by this installation, or was altered.`,
      })
    return good && one.answered
  })
  const spans = await chainSpans(database, tenantId)
  const writers = new Set([...spans, ...checkpoints, ...retirements].map(({ writerId }) => writerId))
  let rows = 0
  let unsignedRows = 0
  for (const writerId of writers) {
    const walk = new ChainWalk(
      tenantId,
      writerId,
      lastOf(retirements, writerId),
      checkpoints.filter((one) => one.writerId === writerId),
      refused.filter((one) => one.writerId === writerId),
    )
    for await (const page of pagesOf(database, tenantId, writerId)) {
      walk.take(page)
      rows += page.length
      onProgress?.(rows)
    }
    const ended = walk.end(now - unsignedFor)
    faults.push(...ended.faults)
    unsignedRows += ended.unsignedRows
  }
  return {
    tenantId,
    chains: writers.size,
    rows,
    checkpoints: checkpoints.length,
    unsignedRows,
    refusedRows: refused.length,
    faults,
  }
}

function saysItsHash({ record, hash }: StoredRefusedRow): boolean {
  try {
    return hashOf(JSON.parse(record) as LogRecord) === hash
  } catch {
    return false
  }
}

async function* pagesOf(
  database: Database,
  tenantId: string,
  writerId: string,
): AsyncGenerator<Awaited<ReturnType<typeof readChain>>> {
  for (let after = { seq: -1, at: '1970-01-01T00:00:00Z' }; ;) {
    const page = await readChain(database, tenantId, writerId, after, pageRows)
    yield page
    const last = page.at(-1)
    if (last === undefined || page.length < pageRows) return
    after = last
  }
}

function lastOf(retirements: readonly StoredRetirement[], writerId: string): StoredRetirement | undefined {
  return retirements
    .filter((one) => one.writerId === writerId)
    .sort((a, b) => a.seq - b.seq)
    .at(-1)
}

function distinct(checkpoints: readonly StoredCheckpoint[]): StoredCheckpoint[] {
  return [...new Map(checkpoints.map((one) => [`${one.writerId} ${one.signature}`, one])).values()]
}

import { chainStart, hashOf, type ChainHead } from '../../src/decision-log/record.js'
import type { Database } from '../../src/store/database/database.js'
import { chainSpans, readChain } from '../../src/store/log/decision-log.js'

const pageRows = 2_000
const mostSaid = 20

/** What stands in the log of a tenant. */
export interface FoundLog {
  readonly determinations: number
  readonly ids: ReadonlySet<string>
  /** Ids that stand there more than once. */
  readonly doubled: readonly string[]
  readonly chains: number
  /** What is wrong with the chains: a number left out or used twice, a hash that does not fit. */
  readonly faults: readonly string[]
}

/** Reads the whole log of a tenant and walks every chain of it, by the definition of a chain and not by the program that verifies. */
export async function readWholeLog(db: Database, tenantId: string): Promise<FoundLog> {
  const ids = new Set<string>()
  const [doubled, faults]: [string[], string[]] = [[], []]
  let determinations = 0
  const spans = await chainSpans(db, tenantId)
  for (const { writerId } of spans) {
    let head: ChainHead = chainStart
    let after = { seq: 0, at: '1970-01-01T00:00:00Z' }
    for (
      let rows = await readChain(db, tenantId, writerId, after, pageRows);
      rows.length > 0;
      rows = await readChain(db, tenantId, writerId, after, pageRows)
    ) {
      for (const row of rows) {
        const wrong =
          row.seq !== head.seq + 1
            ? `follows ${head.seq}`
            : row.previousHash !== head.hash
              ? 'does not name the row before it'
              : hashOf(row) !== row.hash
                ? 'was altered'
                : undefined
        if (wrong !== undefined && faults.length < mostSaid)
          faults.push(`row ${row.seq} of ${writerId} ${wrong}`)
        head = row
        if (row.action !== 'determination' || row.determinationId === null) continue
        determinations++
        if (ids.has(row.determinationId)) doubled.push(row.determinationId)
        ids.add(row.determinationId)
      }
      const last = rows.at(-1)
      if (last !== undefined) after = { seq: last.seq, at: last.at }
    }
  }
  return { determinations, ids, doubled, chains: spans.length, faults }
}

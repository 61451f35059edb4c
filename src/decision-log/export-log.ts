import type { Seals } from '../sealing/data-keys.js'
import type { Database } from '../store/database/database.js'
import { readDeterminations, type StoredLogRow } from '../store/log/decision-log.js'
import { answerAsJson, openContent } from './sealed-content.js'

const pageRows = 200

export interface ExportSettings {
  readonly database: Database
  readonly tenantId: string
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Opens the sealed content; without it, the content stays sealed. */
  readonly seals?: Seals | undefined
}

/**
 * The determinations of a tenant in order of time, each as one line of JSON: its stored row and, if
 * seals are given, the request and the answer byte for byte, a page as a string (both absent when the data key was
 * destroyed).
 */
export async function* exportDeterminations({
  database,
  tenantId,
  from,
  to,
  seals,
}: ExportSettings): AsyncGenerator<string> {
  const opened = seals === undefined ? undefined : await seals.of(tenantId)
  for (let after: Pick<StoredLogRow, 'at' | 'writerId' | 'seq'> | undefined; ;) {
    const rows = await readDeterminations(database, tenantId, { from, to, after, limit: pageRows })
    for (const row of rows) yield lineOf(row, opened)
    after = rows.at(-1)
    if (rows.length < pageRows) return
  }
}

function lineOf(row: StoredLogRow, opened: Awaited<ReturnType<Seals['of']>> | undefined): string {
  if (opened === undefined) return JSON.stringify({ ...row, sealed: row.sealed.replaceAll('\n', '') })
  const { sealed, ...rest } = row
  const seal = opened.byId(row.keyId)
  const content = seal === undefined ? undefined : openContent(seal, sealed)
  const head = JSON.stringify({ ...rest, erased: content === undefined })
  return content === undefined
    ? head
    : `${head.slice(0, -1)},"request":${content.request},"answer":${answerAsJson(content)}}`
}

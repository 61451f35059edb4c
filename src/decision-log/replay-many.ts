import { engineVersion } from '../decision/engine-version.js'
import type { PastRevisions } from '../policies/loaded/past-revisions.js'
import type { Revision } from '../policies/loaded/snapshot.js'
import type { Seals, TenantSeals } from '../sealing/data-keys.js'
import type { Database } from '../store/database/database.js'
import { readDeterminations, type StoredLogRow } from '../store/log/decision-log.js'
import { differencesBetween, differencesOfText, replayed, type AnswerDifference } from './replay.js'
import { openContent } from './sealed-content.js'

const pageRows = 500
const mostListed = 100
const mostDifferences = 10

export interface ReplayManySettings {
  readonly database: Database
  readonly seals: Seals
  readonly past: PastRevisions
  readonly tenantId: string
  /** Instants, ISO 8601: `from` inclusive, `to` exclusive. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly onProgress?: ((rows: number) => void) | undefined
}

/** A determination whose answer differs now, with the cause as far as it is known. */
export interface DifferentReplay {
  readonly determinationId: string
  readonly policyRevision: number | null
  readonly engineVersion: string | null
  readonly cause: 'engine-version' | 'revision-not-held' | 'unexplained'
  readonly differences: readonly AnswerDifference[]
}

export interface ReplayedMany {
  /** Determinations that were answered again. */
  readonly replayed: number
  /** Those whose verdict is the recorded one. */
  readonly identical: number
  /** Those of them whose answer is the recorded one, byte for byte. */
  readonly sameBytes: number
  /** Not replayed, because the data key was destroyed. */
  readonly erased: number
  /**
   * Number of answers that differ or that could not be decided because their revision is missing;
   * the first 100 are listed.
   */
  readonly differing: number
  readonly different: readonly DifferentReplay[]
}

/**
 * Replays every determination of a tenant, each under its own policy revision, and compares the
 * verdicts, and of the same engine the answers byte for byte.
 */
export async function replayMany({
  database,
  seals,
  past,
  tenantId,
  from,
  to,
  onProgress,
}: ReplayManySettings): Promise<ReplayedMany> {
  const opened = await seals.of(tenantId)
  const count = { replayed: 0, identical: 0, sameBytes: 0, erased: 0, differing: 0 }
  const different: DifferentReplay[] = []
  let after: Pick<StoredLogRow, 'at' | 'writerId' | 'seq'> | undefined
  let page = await readDeterminations(database, tenantId, { from, to, after, limit: pageRows })
  for (let rows = 0; page.length > 0;) {
    after = page.at(-1)
    // The next page is fetched while this one is replayed.
    const next =
      page.length < pageRows
        ? []
        : readDeterminations(database, tenantId, { from, to, after, limit: pageRows })
    for (const row of page) {
      const found = outcomeOf(
        row,
        opened,
        row.policyRevision === null ? undefined : await past.at(tenantId, row.policyRevision),
      )
      if (found === 'erased') count.erased++
      else if (found === 'identical' || found === 'same-bytes') {
        count.replayed++
        count.identical++
        if (found === 'same-bytes') count.sameBytes++
      } else {
        if (found.cause !== 'revision-not-held') count.replayed++
        count.differing++
        if (different.length < mostListed) different.push(found)
      }
    }
    rows += page.length
    onProgress?.(rows)
    page = await next
  }
  return { ...count, different }
}

function outcomeOf(
  row: StoredLogRow,
  opened: TenantSeals,
  revision: Revision | undefined,
): 'identical' | 'same-bytes' | 'erased' | DifferentReplay {
  const seal = opened.byId(row.keyId)
  if (seal === undefined) return 'erased'
  const about = {
    determinationId: row.determinationId ?? '',
    policyRevision: row.policyRevision,
    engineVersion: row.engineVersion,
  }
  const content = openContent(seal, row.sealed)
  // Its key exists and does not open it: the row was altered.
  if (content === undefined) return { ...about, cause: 'unexplained', differences: [] }
  if (revision === undefined) return { ...about, cause: 'revision-not-held', differences: [] }
  const again = replayed(
    { determinationId: about.determinationId, checkKind: row.checkKind, ...content },
    revision.view,
  )
  const isSameEngine = row.engineVersion === engineVersion
  const answer = again?.answer()
  if (again?.verdict === content.verdict && (answer === content.answer || !isSameEngine))
    return answer === content.answer ? 'same-bytes' : 'identical'
  const differences =
    again === undefined || answer === undefined
      ? []
      : again.verdict === content.verdict
        ? differencesOfText(content, answer, mostDifferences)
        : differencesBetween(JSON.parse(content.verdict), JSON.parse(again.verdict), mostDifferences)
  return {
    ...about,
    cause: isSameEngine ? 'unexplained' : 'engine-version',
    differences,
  }
}

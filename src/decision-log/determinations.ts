import { engineVersion } from '../decision/engine-version.js'
import type { KnownAt, PastRevisions } from '../policies/loaded/past-revisions.js'
import type { Revision, Snapshot } from '../policies/loaded/snapshot.js'
import type { Seals } from '../sealing/data-keys.js'
import type { Database } from '../store/database/database.js'
import { orUnavailable } from '../store/database/store-away.js'
import {
  findDetermination,
  searchDeterminations,
  type LogSearch,
  type StoredLogRow,
} from '../store/log/decision-log.js'
import { instantOf } from './determination-id.js'
import type { DecisionLog } from './decision-log.js'
import { markOfReference, type Asker } from './entry.js'
import { differencesBetween, replayedAnswer, type AnswerDifference } from './replay.js'
import { openContent, type SealedContent } from './sealed-content.js'

export type DeterminationSummary = Omit<StoredLogRow, 'sealed'>
/** A recorded determination; without content when its data key was destroyed. */
export interface RecordedDetermination extends DeterminationSummary {
  readonly content?: SealedContent
}

export interface DeterminationSearch extends Omit<LogSearch, 'referenceMarks'> {
  /** A reference that the caller sent, such as the number of an authorization. */
  readonly reference?: string | undefined
}

export interface Replay {
  readonly recorded: RecordedDetermination
  readonly identical: boolean
  /** The policy revision and the engine of the replay. */
  readonly policyRevision: number
  readonly engineVersion: string
  /**
   * What made the difference. `unexplained`: neither engine nor policy changed, as when a record
   * was altered.
   */
  readonly cause?: 'engine-version' | 'policy-revision' | 'unexplained'
  /** The first later revision under which the answer differs. */
  readonly changedAtRevision?: number
  readonly differences: readonly AnswerDifference[]
}

/**
 * Why a determination cannot be replayed: its content was erased, or there is no such policy
 * revision.
 */
export type NotReplayable = 'erased' | 'revision-not-held'

/**
 * Reads the determinations of the log. INVARIANT: every reading is recorded before it is answered
 * (test/decision-log/http.test.ts). Rejects with StoreUnavailable or LogUnavailable.
 */
export interface Determinations {
  readonly find: (asker: Asker, determinationId: string) => Promise<RecordedDetermination | undefined>
  readonly search: (asker: Asker, search: DeterminationSearch) => Promise<DeterminationSummary[]>
  /** Decides the recorded request again, under the recorded policy or another one. */
  readonly replay: (
    asker: Asker,
    determinationId: string,
    knownAt?: KnownAt | 'current',
  ) => Promise<Replay | NotReplayable | undefined>
}

const dayMs = 86_400_000
// The most revisions that are searched for the one that changed an answer.
const mostRevisions = 200

interface DeterminationsParts {
  readonly database: Database
  readonly seals: Seals
  readonly log: DecisionLog
  readonly snapshot: Pick<Snapshot, 'current'>
  readonly past: PastRevisions
}

/** The determinations of a store, opened with the data keys of their tenants. */
export function createDeterminations(parts: DeterminationsParts): Determinations {
  const { database, seals, log, snapshot, past } = parts
  const read = recordedIn(parts)
  return {
    async find(asker, determinationId) {
      const found = await read(asker.tenantId, determinationId)
      if (found !== undefined) await log.recordReading(asker, 'reading', determinationId, {})
      return found
    },
    async search(asker, { reference, ...search }) {
      const { current } = await orUnavailable(async () => await seals.of(asker.tenantId))
      await log.recordReading(asker, 'reading', null, search)
      return await orUnavailable(
        async () =>
          await searchDeterminations(
            database,
            asker.tenantId,
            reference === undefined
              ? search
              : { ...search, referenceMarks: [markOfReference(current, reference)] },
          ),
      )
    },
    async replay(asker, determinationId, knownAt) {
      const recorded = await read(asker.tenantId, determinationId)
      if (recorded === undefined) return undefined
      await log.recordReading(asker, 'replay', determinationId, knownAt === undefined ? {} : { knownAt })
      if (recorded.content === undefined) return 'erased'
      const revision =
        knownAt === 'current'
          ? snapshot.current(asker.tenantId)
          : await past.at(asker.tenantId, knownAt ?? recorded.policyRevision ?? 0)
      if (revision === undefined) return 'revision-not-held'
      return await compared(
        { ...recorded, content: recorded.content },
        revision,
        async (number) => await past.at(asker.tenantId, number),
      )
    },
  }
}

/** Finds the row of an id and opens its sealed content. */
function recordedIn({
  database,
  seals,
}: DeterminationsParts): (
  tenantId: string,
  determinationId: string,
) => Promise<RecordedDetermination | undefined> {
  return async (tenantId, determinationId) => {
    const instant = instantOf(determinationId)
    if (instant === undefined) return undefined
    const row = await orUnavailable(
      async () => await findDetermination(database, tenantId, determinationId, around(instant)),
    )
    if (row === undefined) return undefined
    const { sealed, ...summary } = row
    const seal = (await orUnavailable(async () => await seals.of(tenantId))).byId(row.keyId)
    const content = seal === undefined ? undefined : openContent(seal, sealed)
    return content === undefined ? summary : { ...summary, content }
  }
}

// An id and its row carry the same instant, from the clock of the process that made them.
function around(instant: string): { from: string; to: string } {
  const at = Date.parse(instant)
  return { from: new Date(at - dayMs).toISOString(), to: new Date(at + dayMs).toISOString() }
}

async function compared(
  recorded: RecordedDetermination & { content: SealedContent },
  { revision, view }: Revision,
  revisionAt: (revision: number) => Promise<Revision | undefined>,
): Promise<Replay> {
  const replayable = {
    determinationId: recorded.determinationId ?? '',
    checkKind: recorded.checkKind,
    ...recorded.content,
  }
  const text = replayedAnswer(replayable, view)
  const about = { recorded, policyRevision: revision, engineVersion }
  if (text === recorded.content.answer) return { ...about, identical: true, differences: [] }
  const differences =
    text === undefined ? [] : differencesBetween(JSON.parse(recorded.content.answer), JSON.parse(text))
  if (recorded.engineVersion !== engineVersion)
    return { ...about, identical: false, cause: 'engine-version', differences }
  if (revision === recorded.policyRevision)
    return { ...about, identical: false, cause: 'unexplained', differences }
  // The answer names its revision, so that field always differs and does not count.
  const beyond = differences.filter(({ pointer }) => pointer !== '/policyRevision')
  const changedAt =
    beyond.length === 0
      ? undefined
      : await firstChange(replayable, recorded.policyRevision ?? 0, revision, revisionAt)
  return {
    ...about,
    identical: beyond.length === 0,
    cause: 'policy-revision',
    ...(changedAt === undefined ? {} : { changedAtRevision: changedAt }),
    differences,
  }
}

async function firstChange(
  replayable: Parameters<typeof replayedAnswer>[0],
  from: number,
  to: number,
  revisionAt: (revision: number) => Promise<Revision | undefined>,
): Promise<number | undefined> {
  if (to < from || to - from > mostRevisions) return undefined
  for (let number = from + 1; number <= to; number++) {
    const revision = await revisionAt(number)
    const text = revision === undefined ? undefined : replayedAnswer(replayable, revision.view)
    if (
      text !== undefined &&
      differencesBetween(JSON.parse(replayable.answer), JSON.parse(text)).some(
        ({ pointer }) => pointer !== '/policyRevision',
      )
    )
      return number
  }
  return undefined
}

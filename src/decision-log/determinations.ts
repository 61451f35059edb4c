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
import {
  differencesBetween,
  differencesOfText,
  replayed,
  type AnswerDifference,
  type Replayable,
  type Told,
} from './replay.js'
import { openContent, type SealedContent } from './sealed-content.js'

export type DeterminationSummary = Omit<StoredLogRow, 'sealed'>
/** A recorded determination; without content when its data key was destroyed. */
export interface RecordedDetermination extends DeterminationSummary {
  readonly content?: SealedContent
  /** The engine that worded the answer, where it is not in the view and format that were sent. */
  readonly wordedBy?: string
}

export interface DeterminationSearch extends Omit<LogSearch, 'referenceMarks'> {
  /** References that the request named, all of them: its own, or numbers of authorizations. */
  readonly references: readonly string[]
}

export interface Replay {
  readonly recorded: RecordedDetermination
  /** The verdict is the recorded one. */
  readonly identical: boolean
  /** The answer is the recorded one byte for byte; absent where another engine or policy worded it. */
  readonly sameBytes?: boolean
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
  /** With `onlyOwn`, only what the asker itself was answered in the last 24 hours. With a view or format, the answer told so, worded from the recorded verdict: `other-verdict` where this engine decides otherwise. */
  readonly find: (
    asker: Asker,
    determinationId: string,
    wanted?: Told & { readonly onlyOwn?: boolean },
  ) => Promise<RecordedDetermination | 'other-verdict' | undefined>
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
    async find(asker, determinationId, { onlyOwn = false, ...told } = {}) {
      const found = await read(asker.tenantId, determinationId)
      if (found === undefined || (onlyOwn && !isRecentlyOf(asker, found))) return undefined
      await log.recordReading(asker, 'reading', determinationId, told)
      const { content } = found
      if (content === undefined) return found
      const { view = content.view, format = content.format } = told
      return content.view === view && content.format === format
        ? found
        : await toldAs(told, { ...found, content }, past)
    },
    async search(asker, { references, ...search }) {
      const { current } = await orUnavailable(async () => await seals.of(asker.tenantId))
      await log.recordReading(asker, 'reading', null, search)
      return await orUnavailable(
        async () =>
          await searchDeterminations(
            database,
            asker.tenantId,
            references.length === 0
              ? search
              : { ...search, referenceMarks: references.map((one) => markOfReference(current, one)) },
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
  log,
}: DeterminationsParts): (
  tenantId: string,
  determinationId: string,
) => Promise<RecordedDetermination | undefined> {
  return async (tenantId, determinationId) => {
    const instant = instantOf(determinationId)
    if (instant === undefined) return undefined
    const row =
      (await log.findWaiting(tenantId, determinationId)) ??
      (await orUnavailable(
        async () => await findDetermination(database, tenantId, determinationId, around(instant)),
      ))
    if (row === undefined) return undefined
    const { sealed, ...summary } = row
    const seal = (await orUnavailable(async () => await seals.of(tenantId))).byId(row.keyId)
    const content = seal === undefined ? undefined : openContent(seal, sealed)
    return content === undefined ? summary : { ...summary, content }
  }
}

/** Whether a caller was given this answer in the last 24 hours. */
function isRecentlyOf({ callerId }: Asker, { callerId: its, at }: DeterminationSummary): boolean {
  return callerId === its && Date.now() - Date.parse(at) < dayMs
}

// An id and its row carry the same instant, from the clock of the process that made them.
function around(instant: string): { from: string; to: string } {
  const at = Date.parse(instant)
  return { from: new Date(at - dayMs).toISOString(), to: new Date(at + dayMs).toISOString() }
}

/** The determination in another view or format. INVARIANT: only the recorded verdict is worded (test/decision-log/http.test.ts). */
async function toldAs(
  told: Told,
  recorded: RecordedDetermination & { content: SealedContent },
  past: PastRevisions,
): Promise<RecordedDetermination | 'other-verdict'> {
  const revision = await past.at(recorded.tenantId, recorded.policyRevision ?? 0)
  const again = revision === undefined ? undefined : replayed(replayableOf(recorded), revision.view)
  return again === undefined || again.verdict !== recorded.content.verdict
    ? 'other-verdict'
    : {
        ...recorded,
        content: {
          ...recorded.content,
          view: told.view ?? recorded.content.view,
          format: told.format ?? recorded.content.format,
          answer: again.answer(told),
        },
        wordedBy: engineVersion,
      }
}

function replayableOf({
  determinationId,
  checkKind,
  content,
}: RecordedDetermination & { content: SealedContent }): Replayable {
  return { determinationId: determinationId ?? '', checkKind, ...content }
}

async function compared(
  recorded: RecordedDetermination & { content: SealedContent },
  { revision, view }: Revision,
  revisionAt: (revision: number) => Promise<Revision | undefined>,
): Promise<Replay> {
  const replayable = replayableOf(recorded)
  const again = replayed(replayable, view)
  const about = { recorded, policyRevision: revision, engineVersion }
  const isSameEngine = recorded.engineVersion === engineVersion
  const isSamePolicy = recorded.policyRevision === revision
  const cause = isSameEngine ? (isSamePolicy ? 'unexplained' : 'policy-revision') : 'engine-version'
  if (again === undefined) return { ...about, identical: false, cause, differences: [] }
  if (again.verdict === replayable.verdict)
    return {
      ...about,
      identical: true,
      ...sameBytes(isSameEngine && isSamePolicy, replayable, again.answer()),
    }
  const changedAt =
    cause === 'policy-revision'
      ? await firstChange(replayable, recorded.policyRevision ?? 0, revision, revisionAt)
      : undefined
  return {
    ...about,
    identical: false,
    cause,
    ...(changedAt === undefined ? {} : { changedAtRevision: changedAt }),
    differences: differencesBetween(JSON.parse(replayable.verdict), JSON.parse(again.verdict)),
  }
}

/** Compares the words, which are the same where engine and policy are: other bytes are then a record that was altered. */
function sameBytes(
  isComparable: boolean,
  recorded: Replayable,
  again: string,
): Pick<Replay, 'sameBytes' | 'cause' | 'differences'> {
  if (!isComparable) return { differences: [] }
  return recorded.answer === again
    ? { sameBytes: true, differences: [] }
    : {
        sameBytes: false,
        cause: 'unexplained',
        differences: differencesOfText(recorded, again),
      }
}

async function firstChange(
  replayable: Replayable,
  from: number,
  to: number,
  revisionAt: (revision: number) => Promise<Revision | undefined>,
): Promise<number | undefined> {
  if (to < from || to - from > mostRevisions) return undefined
  for (let number = from + 1; number <= to; number++) {
    const revision = await revisionAt(number)
    const again = revision === undefined ? undefined : replayed(replayable, revision.view)
    if (again !== undefined && again.verdict !== replayable.verdict) return number
  }
  return undefined
}

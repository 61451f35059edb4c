import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import type {
  Determinations,
  DeterminationSearch,
  DeterminationSummary as StoredSummary,
  NotReplayable,
  RecordedDetermination as Stored,
  Replay,
} from '../../../decision-log/determinations.js'
import { answerAsJson } from '../../../decision-log/sealed-content.js'
import type { Asker } from '../../../decision-log/entry.js'
import { Identifier, normalizeCode, ProcedureCode } from '../../../decision/shapes/codes.js'
import { Outcome } from '../../../decision/shapes/statuses.js'
import { askerOf } from '../../asking/asker.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { formatParameter, inEveryFormat } from '../../asking/format.js'
import { ViewParameter } from '../../asking/view.js'
import { ProblemError } from '../../http/problem.js'
import { answers, component } from '../../http/responses.js'
import { sendRendered } from '../../asking/check-request.js'
import { DeterminationId, type DeterminationSummary } from './determination-schemas.js'
import { exists, instantIn, instantPattern, knownAtOf, KnownAtParameter } from '../../asking/known-at.js'
import { filterDigest, keyIn, notOurToken, pageQuery, tokenOf } from '../lists/paging.js'

const strict = { additionalProperties: false }
const Path = Type.Object({ determinationId: DeterminationId }, strict)
const Instant = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: `^${instantPattern}$`,
      maxLength: 40,
      description: `${description} (\`2026-03-03T17:00:00Z\`).`,
    }),
  )
const SearchQuery = Type.Object(
  {
    from: Instant('First instant'),
    to: Instant('First instant after'),
    planId: Type.Optional(Identifier),
    procedureCode: Type.Optional(ProcedureCode),
    outcome: Type.Optional(Outcome),
    reasonCode: Type.Optional(
      Type.String({ pattern: '^[a-z0-9-]+$', maxLength: 80, description: 'Reason code of an answer.' }),
    ),
    callerId: Type.Optional(Type.String({ minLength: 1, maxLength: 400, description: 'Who asked.' })),
    reference: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: '`reference` of the request; it is compared by its HMAC.',
      }),
    ),
    authorizationNumber: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 50,
        description: 'Number of an authorization that the request named; it is compared by its HMAC.',
      }),
    ),
    ...pageQuery,
  },
  strict,
)
const ReadingQuery = Type.Object(
  {
    view: ViewParameter,
    format: formatParameter(
      'html or markdown: the answer alone, as a page. json: the record, with the answer as an object. Absent: the record, with the answer as it was sent.',
    ),
  },
  strict,
)
const ReplayQuery = Type.Object(
  {
    knownAt: Type.Optional(
      Type.Union([Type.Literal('current'), KnownAtParameter], {
        description:
          'Policy under which it is answered again: `current`, a revision or an instant; absent: that of the record.',
      }),
    ),
  },
  strict,
)

/** GET /v1/determinations …: what was answered, to whom and why; and a replay of it. */
export const determinations: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  const asking: Asking = {
    log: () => logOf(dependencies),
    asker: (request) => askerOf(dependencies, request),
  }
  await app.register(searching, asking)
  await app.register(reading, asking)
  await app.register(replaying, asking)
}

interface Asking {
  readonly log: () => Determinations
  readonly asker: (request: FastifyRequest) => Asker
}

type Routes = FastifyPluginAsyncTypebox<Asking>

const searching: Routes = async (app, { log, asker }) => {
  app.get(
    '/determinations',
    {
      config: { access: 'audit:read' },
      schema: {
        operationId: 'searchDeterminations',
        tags: ['determinations'],
        summary: 'Search the decision log',
        description:
          "Determinations of the caller's tenant, the newest first, without what was asked and answered. Searching is recorded itself. In the mode `spool` a determination is found a moment after its answer.",
        querystring: SearchQuery,
        response: answers(
          component('DeterminationPage'),
          'A page of determinations.',
          'invalid-page-token',
          'log-unavailable',
          'store-unavailable',
        ),
      },
    },
    async (request, reply) => {
      const { pageSize = 50 } = request.query
      const filter = filterDigest(request.query)
      const search = searchOf(request.query, filter)
      const found = await log().search(asker(request), { ...search, limit: pageSize + 1 })
      const page = found.slice(0, pageSize)
      const last = found.length > pageSize ? page.at(-1) : undefined
      return sendPrivate(reply, {
        determinations: page.map(summaryOf),
        ...(last === undefined ? {} : { nextPageToken: tokenOf(filter, placeOf(last)) }),
      })
    },
  )
}

/** The search, and the last row of the page before. */
function searchOf(
  {
    from,
    to,
    planId,
    procedureCode,
    outcome,
    reasonCode,
    callerId,
    reference,
    authorizationNumber,
    pageToken,
  }: Static<typeof SearchQuery>,
  filter: string,
): Omit<DeterminationSearch, 'limit'> {
  return {
    from: from === undefined ? undefined : instantIn(from, 'from'),
    to: to === undefined ? undefined : instantIn(to, 'to'),
    planId,
    outcome,
    reasonCode,
    callerId,
    procedureCode: procedureCode === undefined ? undefined : normalizeCode(procedureCode),
    references: [reference, authorizationNumber].filter((one) => one !== undefined),
    before: pageToken === undefined ? undefined : placeIn(keyIn(pageToken, filter)),
  }
}

const reading: Routes = async (app, { log, asker }) => {
  app.get(
    '/determinations/:determinationId',
    {
      config: { access: 'audit:read', accessToOwn: 'checks:write' },
      schema: {
        operationId: 'getDetermination',
        tags: ['determinations'],
        summary: 'One determination',
        description:
          'The request as it was checked and the answer byte for byte as it was sent, or with `view` in another view, worded from the recorded verdict. With `format=html` or `markdown` the answer alone, as a page. A caller with `checks:write` reads its own of the last 24 hours. Reading is recorded itself.',
        params: Path,
        querystring: ReadingQuery,
        response: inEveryFormat(
          answers(
            component('RecordedDetermination'),
            'The determination.',
            'not-held',
            'view-not-available',
            'determination-erased',
            'log-unavailable',
            'store-unavailable',
          ),
        ),
      },
    },
    async (request, reply) => {
      const { view, format } = request.query
      const found = orNotFound(
        await log().find(asker(request), request.params.determinationId, {
          view,
          format,
          onlyOwn: request.onlyOwn,
        }),
      )
      if (found === 'other-verdict')
        throw new ProblemError(
          'view-not-available',
          'This version of the engine, or the policy that is loaded, decides the request otherwise, so it cannot word the recorded verdict. Leave `view` and `format` out for the answer as it was sent.',
        )
      if (format === undefined || format === 'json') return sendRendered(reply, renderRecorded(found))
      if (found.content === undefined) throw erased('it cannot be shown as a page')
      return sendRendered(reply, found.content.answer, format)
    },
  )
}

const replaying: Routes = async (app, { log, asker }) => {
  app.post(
    '/determinations/:determinationId/replay',
    {
      config: { access: 'audit:replay' },
      schema: {
        operationId: 'replayDetermination',
        tags: ['determinations'],
        summary: 'Would we say it again?',
        description:
          'Answers the recorded request again, under the policy of the record or another one, and tells where the answers differ and which engine or policy revision made it. Sent without a body. Replaying is recorded itself.',
        params: Path,
        querystring: ReplayQuery,
        response: answers(
          component('Replay'),
          'The comparison.',
          'not-held',
          'revision-not-held',
          'determination-erased',
          'log-unavailable',
          'store-unavailable',
        ),
      },
    },
    async (request, reply) => {
      const { determinationId } = request.params
      const knownAt = request.query.knownAt === 'current' ? 'current' : knownAtOf(request)
      const replay = replayed(await log().replay(asker(request), determinationId, knownAt))
      return sendPrivate(reply, replayOf(determinationId, replay))
    },
  )
}

const erased = (consequence: string): ProblemError =>
  new ProblemError(
    'determination-erased',
    `The key of what was asked and answered was destroyed, so ${consequence}.`,
  )

/** The replay, or the problem that says why there is none. */
function replayed(found: Replay | NotReplayable | undefined): Replay {
  const replay = orNotFound(found)
  if (replay === 'erased') throw erased('it cannot be replayed')
  if (replay === 'revision-not-held')
    throw new ProblemError(
      'revision-not-held',
      'knownAt names a revision that was never made, or an instant before the first one.',
    )
  return replay
}

function replayOf(determinationId: string, replay: Replay): object {
  const {
    recorded: { at, engineVersion, policyRevision },
    identical,
    sameBytes,
    cause,
    changedAtRevision,
    differences,
  } = replay
  return {
    determinationId,
    identical,
    sameBytes,
    recorded: { at, engineVersion, policyRevision },
    replayed: { engineVersion: replay.engineVersion, policyRevision: replay.policyRevision },
    cause,
    changedAtRevision,
    differences,
  }
}

function logOf({ determinations: log }: Dependencies): Determinations {
  if (log === undefined)
    throw new ProblemError('not-held', 'No determinations are recorded here (DECISION_LOG=off).')
  return log
}

function orNotFound<T>(found: T | undefined): T {
  if (found === undefined) throw new ProblemError('not-held', 'No determination of that id is held.')
  return found
}

const sendPrivate = (reply: FastifyReply, body: object): FastifyReply =>
  sendRendered(reply, JSON.stringify(body))

function summaryOf({
  determinationId,
  at,
  callerId,
  channel,
  requestId,
  checkKind,
  engineVersion,
  policyRevision,
  planId,
  outcome,
  procedureCodes,
  reasonCodes,
}: StoredSummary): DeterminationSummary {
  // A determination has all of these; only rows of reading the log lack some.
  return {
    determinationId,
    at,
    callerId,
    channel,
    requestId,
    checkKind,
    engineVersion,
    policyRevision,
    ...(planId === null ? {} : { planId }),
    outcome,
    procedureCodes,
    reasonCodes,
  } as DeterminationSummary
}

/** Inserts the recorded texts unchanged, byte for byte. */
function renderRecorded(found: Stored): string {
  const { writerId, seq, previousHash, hash, content, wordedBy } = found
  const head = JSON.stringify({
    ...summaryOf(found),
    chain: { writerId, seq, previousHash, hash },
    erased: content === undefined,
    ...(content === undefined ? {} : { view: content.view, format: content.format }),
    ...(wordedBy === undefined ? {} : { wordedBy }),
  })
  return content === undefined
    ? head
    : `${head.slice(0, -1)},"request":${content.request},"answer":${answerAsJson(content)}}`
}

type Place = NonNullable<DeterminationSearch['before']>

function placeOf({ at, writerId, seq }: Place): string {
  return JSON.stringify([at, writerId, seq])
}

/**
 * The row that a page token names. Throws the 400 for a key of another form, because a caller can
 * send any token.
 */
function placeIn(key: string): Place {
  const [at, writerId, seq, ...more] = partsOf(key)
  const isOurs =
    typeof at === 'string' &&
    instant.test(at) &&
    exists(at) &&
    typeof writerId === 'string' &&
    /^[\w-]{1,80}$/.test(writerId) &&
    typeof seq === 'number' &&
    Number.isSafeInteger(seq) &&
    seq >= 0 &&
    more.length === 0
  if (!isOurs) throw notOurToken()
  return { at, writerId, seq }
}

const instant = new RegExp(`^${instantPattern}$`)

function partsOf(key: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(key)
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

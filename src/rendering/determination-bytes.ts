import type { CodeValidityAnswer, DocumentationItem } from '../decision/shapes/answers.js'
import type { Determination, LineDetermination, NotEvaluated } from '../decision/shapes/determination.js'
import type { Finding } from '../decision/shapes/finding.js'
import { answerOf, type CheckKind } from '../decision/explain/views.js'
import { utf8 } from './byte-slab.js'
import { cachedJson } from './cached-json.js'

/**
 * Renders the answer to a check of this kind as JSON in UTF-8. INVARIANT: the bytes are those of
 * JSON.stringify (test/rendering/determination-bytes.test.ts). Most of an answer comes from policy
 * and repeats from one answer to the next, so its JSON is cached.
 */
export function determinationBytes(kind: CheckKind, determination: Determination): Buffer {
  return kind === 'authorization'
    ? bytesOf(determination)
    : utf8(JSON.stringify(answerOf(kind, determination)))
}

/**
 * The parts of a text in order, joined at the end. Repeated concatenation would make a rope string,
 * which is several times slower to read.
 */
type Pieces = string[]

// Render line by line. 200 lines would otherwise become four megabytes of text first, only to be
// copied.
function bytesOf({ lines, ...head }: Determination): Buffer {
  const written: Buffer[] = []
  let pieces: Pieces = [
    JSON.stringify(head satisfies Omit<Determination, 'lines'>).slice(0, -1),
    ',"lines":[',
  ]
  for (const [at, line] of lines.entries()) {
    if (at > 0) {
      written.push(utf8(pieces.join('')))
      pieces = [',']
    }
    addLine(pieces, line)
  }
  pieces.push(']}')
  const last = utf8(pieces.join(''))
  return written.length === 0 ? last : Buffer.concat([...written, last])
}

function addLine(pieces: Pieces, line: LineDetermination): void {
  const {
    lineNumber,
    procedureCode,
    dateOfService,
    outcome,
    priorAuthorization,
    medicalNecessity,
    frequency,
    units,
    claimLine,
    codeValidity,
    documentation,
    notices,
    findings,
    infoNeeded,
    notEvaluated,
    coverageInformation,
  } = line
  const { status, reasonCode, reason, codes } = codeValidity
  // The parts that depend on the patient, in one call: they are short, and each call costs as much
  // as a hundred characters.
  const own = JSON.stringify({
    lineNumber,
    procedureCode,
    dateOfService,
    outcome,
    priorAuthorization,
    medicalNecessity,
    frequency,
    units,
    claimLine,
    codeValidity: { status, reasonCode, reason } satisfies Omit<CodeValidityAnswer, 'codes'>,
  })
  pieces.push(own.slice(0, -2), ',"codes":')
  addList(pieces, codes, addShared)
  pieces.push('},"documentation":')
  addList(pieces, documentation, addItem)
  if (notices !== undefined) pieces.push(',"notices":', JSON.stringify(notices))
  pieces.push(',"findings":')
  addList(pieces, findings, addFinding)
  pieces.push(
    ',"infoNeeded":',
    infoNeeded.length === 0 ? '[]' : JSON.stringify(infoNeeded),
    ',"notEvaluated":',
  )
  addList(pieces, notEvaluated, addNotEvaluated)
  pieces.push(',"coverageInformation":', JSON.stringify(coverageInformation), '}')
}

function addFinding(
  pieces: Pieces,
  {
    question,
    kind,
    outcome,
    reasonCode,
    reason,
    statement,
    interpretation,
    factsUsed,
    listedDiagnoses,
    listed,
    condition,
    failed,
    othersDenied,
    consequence,
    citation,
  }: Finding,
): void {
  pieces.push(
    '{"question":"',
    question,
    '","kind":"',
    kind,
    '","outcome":"',
    outcome,
    '","reasonCode":',
    quoted(reasonCode),
    ',"reason":',
    JSON.stringify(reason),
  )
  if (statement !== undefined) pieces.push(',"statement":', quoted(statement))
  if (interpretation !== undefined) pieces.push(',"interpretation":', quoted(interpretation))
  pieces.push(',"factsUsed":', factsUsed.length === 0 ? '[]' : JSON.stringify(factsUsed))
  if (listedDiagnoses !== undefined) pieces.push(',"listedDiagnoses":', shared(listedDiagnoses))
  if (listed !== undefined) pieces.push(',"listed":', listed.length === 0 ? '[]' : JSON.stringify(listed))
  if (condition !== undefined) pieces.push(',"condition":"', condition, '"')
  if (failed !== undefined) pieces.push(',"failed":', JSON.stringify(failed))
  if (othersDenied !== undefined) pieces.push(',"othersDenied":', String(othersDenied))
  if (consequence !== undefined) pieces.push(',"consequence":"', consequence, '"')
  pieces.push(',"citation":', shared(citation), '}')
}

function addItem(pieces: Pieces, { item, status, purpose, why, citation }: DocumentationItem): void {
  pieces.push(
    '{"item":',
    quoted(item),
    ',"status":"',
    status,
    '","purpose":"',
    purpose,
    '","why":',
    quoted(why),
    ',"citation":',
    shared(citation),
    '}',
  )
}

// The entry about the history is about this request only, so it is not cached.
function addNotEvaluated(pieces: Pieces, entry: NotEvaluated): void {
  pieces.push(entry.code === 'possible-duplicate' ? JSON.stringify(entry) : shared(entry))
}

function addShared(pieces: Pieces, value: object): void {
  pieces.push(shared(value))
}

function addList<T>(pieces: Pieces, elements: readonly T[], add: (pieces: Pieces, element: T) => void): void {
  let before = '['
  for (const element of elements) {
    pieces.push(before)
    add(pieces, element)
    before = ','
  }
  pieces.push(before === '[' ? '[]' : ']')
}

/** The JSON of an immutable object that several answers share. */
const shared = cachedJson<object>()
/** The JSON of a sentence or name that comes from policy. */
const quoted = cachedJson<string>()

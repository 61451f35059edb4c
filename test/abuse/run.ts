import type { AddressInfo } from 'node:net'
import { createLog } from '../../src/process/log.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { conformance } from '../protocols/conformance.js'
import { recordedService } from '../support/recorded.js'
import { exchangeFaults } from './answer-faults.js'
import { exchange, type WireAnswer } from './exchange.js'
import { inputOf } from './inputs.js'
import { canaries } from './nasty.js'
import { bytesOf, operationsOf, validRequest, type ApiDocument, type Operation } from './operations.js'

export interface AbuseSettings {
  readonly content: PolicyContent
  /** For each operation. */
  readonly inputs: number
  readonly seed: number
  /** After how many inputs the valid request is asked again. */
  readonly validEvery: number
  /** Only this operation, and only the input of this number. */
  readonly only?: { readonly operationId?: string | undefined; readonly number?: number | undefined }
  readonly onProgress?: (said: string) => void
}

export interface AbuseFound {
  readonly operations: number
  readonly inputs: number
  readonly validAsked: number
  /** How many answers had each status; `none` counts connections that ended without one. */
  readonly statuses: Readonly<Record<string, number>>
  readonly longestMs: number
  /** What went wrong, with what makes the input again. */
  readonly faults: readonly string[]
}

/** Sends generated inputs that nobody should send to every operation, over real connections, and looks at all that comes back and at the log. */
export async function abuse({
  content,
  inputs,
  seed,
  validEvery,
  only = {},
  onProgress = () => {},
}: AbuseSettings): Promise<AbuseFound> {
  const lines: string[] = []
  const log = createLog('trace', {
    write: (line: string) => {
      lines.push(line)
    },
  })
  const service = await recordedService(content, { log })
  const { app } = service
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const conforms = conformance(app)
  const faults: string[] = []
  const statuses: Record<string, number> = {}
  let [sent, validAsked, longestMs] = [0, 0, 0]

  const askValid = async (operation: Operation): Promise<WireAnswer | undefined> => {
    validAsked++
    const {
      answers: [answer],
    } = await exchange(port, bytesOf(validRequest(operation)), false)
    return answer
  }
  const known = { determinationId: await recordedId(port, app.swagger() as unknown as ApiDocument) }
  const operations = operationsOf(app.swagger() as unknown as ApiDocument, known).filter(
    ({ operationId }) => only.operationId === undefined || only.operationId === operationId,
  )
  for (const operation of operations) {
    const before = await askValid(operation)
    if (before?.status !== 200)
      faults.push(
        `${operation.operationId}: the valid request is answered ${before?.status ?? 'nothing'} ${before?.body.slice(0, 300) ?? ''}`,
      )
    for (let number = 0; number < inputs; number++) {
      if (only.number !== undefined && only.number !== number) continue
      const { title, bytes, isHalf = false } = inputOf(operation, seed, number)
      const say = (what: string): void => {
        faults.push(`${operation.operationId} --seed ${seed} --number ${number} (${title}): ${what}`)
      }
      const began = performance.now()
      const found = await exchange(
        port,
        bytes,
        isHalf,
        bytes.subarray(0, 5).toString('latin1') === 'HEAD ' ? 'HEAD' : undefined,
      )
      longestMs = Math.max(longestMs, performance.now() - began)
      sent++
      for (const fault of exchangeFaults(found)) say(fault)
      for (const { status } of found.answers.length === 0 ? [{ status: 'none' }] : found.answers)
        statuses[status] = (statuses[status] ?? 0) + 1
      for (const fault of acceptedFaults(operation, found.answers, conforms)) say(fault)
      if ((number + 1) % validEvery !== 0 && number !== inputs - 1 && only.number === undefined) continue
      const after = await askValid(operation)
      if (sameBut(before) !== sameBut(after))
        say(
          `the next valid request is answered otherwise: ${after?.status ?? 'nothing'} ${after?.body.slice(0, 300) ?? ''}`,
        )
    }
    onProgress(`${operation.operationId}: ${sent} inputs, ${faults.length} faults`)
  }
  await service.close()
  const text = lines.join('')
  for (const canary of canaries)
    if (text.includes(canary))
      faults.push(
        `the log has ${canary}: ${lines.find((line) => line.includes(canary))?.slice(0, 500) ?? ''}`,
      )
  const requests = lines.filter((line) => line.includes('"msg":"request"')).length
  const answered =
    Object.entries(statuses).reduce((sum, [status, times]) => (status === 'none' ? sum : sum + times), 0) +
    validAsked
  if (requests < answered) faults.push(`${answered} answers and ${requests} lines of log`)
  return { operations: operations.length, inputs: sent, validAsked, statuses, longestMs, faults }
}

async function recordedId(port: number, document: ApiDocument): Promise<string> {
  const check = operationsOf(document, {}).find(({ operationId }) => operationId === 'checkAuthorization')
  if (check === undefined) throw new Error('no such operation: checkAuthorization')
  const {
    answers: [answer],
  } = await exchange(port, bytesOf(validRequest(check)), false)
  return /det_[0-9a-f]{32}/.exec(answer?.body ?? '')?.[0] ?? ''
}

/** What was answered all the same must be what the document says of that operation. Targets that lead elsewhere are none of its answers. */
function acceptedFaults(
  { operationId, method, path }: Operation,
  answers: readonly WireAnswer[],
  conforms: ReturnType<typeof conformance>,
): string[] {
  if (answers.length !== 1 || operationId === 'searchDeterminations') return []
  return answers
    .filter(
      ({ status, headers }) =>
        status === 200 && headers['content-type']?.startsWith('application/json') === true,
    )
    .flatMap(({ status: statusCode, headers, body }) => conforms(method, path, { statusCode, headers, body }))
    .map((fault) => `accepted, and answered with what is not documented: ${fault}`)
    .slice(0, 3)
}

/** An answer without what differs each time: ids, the standing of the limit, and of the log what was recorded meanwhile. */
function sameBut(answer: WireAnswer | undefined): string {
  if (answer === undefined) return 'nothing'
  if (answer.body.startsWith('{"determinations":')) return String(answer.status)
  return `${answer.status} ${answer.headers['content-type'] ?? ''} ${answer.body.replaceAll(/(det|req)_[0-9a-f]{32}/g, '')}`
}

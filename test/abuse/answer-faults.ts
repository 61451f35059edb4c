import { Compile } from 'typebox/compile'
import { FieldFault, Problem, problemKind } from '../../src/protocols/http/problem.js'
import { canaries } from './nasty.js'
import type { Exchange, WireAnswer } from './exchange.js'

const problem = Compile({ FieldFault }, Problem)

/** What is wrong with what came back for an abusive input; nothing when it was refused as it should be, or answered. */
export function exchangeFaults({ answers, rest, hung }: Exchange): string[] {
  return [
    ...(hung ? ['hangs'] : []),
    ...(rest === '' ? [] : [`sends what is no HTTP: ${rest.slice(0, 200)}`]),
    ...(answers.length > 2 ? [`${answers.length} answers`] : []),
    ...answers.flatMap(answerFaults),
  ]
}

// Each would have to have a reason in what was sent, and none has: the store is there, policy is loaded, nothing drains.
function answerFaults({ status, headers, body }: WireAnswer): string[] {
  if (status >= 500) return [`${status} ${body.slice(0, 300)}`]
  if (status < 400) return []
  return [
    ...(/^application\/problem\+json(; charset=utf-8)?$/.test(headers['content-type'] ?? '')
      ? []
      : [`${status} of the type ${headers['content-type'] ?? 'that is not told'}`]),
    ...(headers['x-content-type-options'] === 'nosniff' ? [] : [`${status} without security headers`]),
    ...(body === '' ? [] : problemFaults(status, headers, body)),
    ...canaries
      .filter((canary) => `${JSON.stringify(headers)}${body}`.toLowerCase().includes(canary.toLowerCase()))
      .map((canary) => `${status} repeats ${canary}: ${body.slice(0, 600)}`),
  ]
}

function problemFaults(status: number, headers: WireAnswer['headers'], body: string): string[] {
  const found = parsed(body)
  if (!problem.Check(found))
    return [
      `${status} is no problem: ${[...problem.Errors(found)].map(({ instancePath, message }) => `${instancePath} ${message}`).join(', ')}: ${body.slice(0, 300)}`,
    ]
  const { code, requestId, type } = found
  return [
    ...(found.status === status && problemKind(code).status === status
      ? []
      : [`${status} says ${found.status} ${code}`]),
    ...(type === `urn:precert:problem:${code}` ? [] : [`${code} is of the type ${type}`]),
    ...(headers['x-request-id'] === requestId ? [] : ['the request id of the header is another one']),
  ]
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

import type { CheckRequest } from '../../../decision/shapes/request.js'
import { parseJson } from '../../http/json-body.js'
import { tooLarge } from '../../http/problem-answers.js'
import { ProblemError } from '../../http/problem.js'
import { Turn } from '../../asking/turn.js'
import { mostLineBytes } from './read-request.js'
import { isArray, splitArray } from './split-array.js'

/** Maximum number of elements of an array. */
export const mostElements = 1000
/** Maximum size of an array in bytes. */
export const mostArrayBytes = 8 * 1024 * 1024

/** A parsed element; undefined where it is longer than a request may be. */
export type Element = { readonly value: unknown } | undefined

const turnMs = 4

/**
 * Reads an array element by element, and lets the event loop turn meanwhile. A body that is no
 * array is read like any other. Rejects with `malformed-body` where something is not JSON.
 */
export async function readElements(bytes: Buffer): Promise<unknown> {
  if (!isArray(bytes)) {
    if (bytes.length > mostLineBytes) throw tooLarge()
    return parseJson(bytes)
  }
  const elements: Element[] = []
  const turn = new Turn(turnMs)
  for (const element of splitArray(bytes)) {
    if (element === undefined)
      throw new ProblemError('malformed-body', 'The body is not valid JSON (RFC 8259).')
    elements.push(element.length > mostLineBytes ? undefined : { value: parseJson(element) })
    // The validator refuses longer arrays, so the rest need not be read.
    if (elements.length > mostElements) break
    if (turn.isOver) await turn.next()
  }
  return elements
}

/** How many service lines an array has; an element without any counts as one. */
export function serviceLinesIn(body: unknown): number {
  if (!Array.isArray(body)) return 1
  return (body as readonly Element[]).reduce((sum, element) => sum + linesOf(element), 0)
}

function linesOf(element: Element): number {
  const { serviceLines } = Object(element?.value) as Partial<CheckRequest>
  return Array.isArray(serviceLines) ? Math.max(1, serviceLines.length) : 1
}

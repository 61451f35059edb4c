import { isState } from '../shapes/codes.js'
import type { CheckRequest } from '../shapes/request.js'

/** An error in a request that the schema cannot express: where it is (JSON pointer) and what to do. */
export interface RequestFault {
  readonly pointer: string
  readonly code: string
  readonly detail: string
}

/**
 * Finds errors in a request that fits the schema: an unknown state, repeated line numbers, pointers to no
 * diagnosis, ranges that end before they begin. Returns [] if there are none.
 */
export function requestFaults(request: CheckRequest): RequestFault[] {
  return [
    ...unknownState(request),
    ...duplicateLines(request),
    ...pointersToNothing(request),
    ...backwards(request),
  ]
}

function unknownState({ coverage: { state } }: CheckRequest): RequestFault[] {
  if (state === undefined || isState(state.toUpperCase())) return []
  return [
    {
      pointer: '/coverage/state',
      code: 'unknown-state',
      detail: 'It is not a state, territory or part of a state. Give its two-letter code, such as FL.',
    },
  ]
}

// A request without faults, which is nearly every one, makes one empty list for each of these.

function duplicateLines({ serviceLines }: CheckRequest): RequestFault[] {
  const faults: RequestFault[] = []
  const numbers = new Set<number>()
  for (const [at, { lineNumber }] of serviceLines.entries()) {
    if (numbers.has(lineNumber))
      faults.push({
        pointer: `/serviceLines/${at}/lineNumber`,
        code: 'duplicate-line-number',
        detail: 'The line number is used twice. Give each line its own number.',
      })
    numbers.add(lineNumber)
  }
  return faults
}

function pointersToNothing({ diagnosisCodes = [], serviceLines }: CheckRequest): RequestFault[] {
  const faults: RequestFault[] = []
  for (const [at, { diagnosisPointers = [] }] of serviceLines.entries())
    for (const [position, pointer] of diagnosisPointers.entries())
      if (pointer > diagnosisCodes.length)
        faults.push({
          pointer: `/serviceLines/${at}/diagnosisPointers/${position}`,
          code: 'pointer-out-of-range',
          detail: `It points to no diagnosis: the request has ${diagnosisCodes.length}. Pointers count from 1.`,
        })
  return faults
}

function backwards({ serviceLines, authorizations = [] }: CheckRequest): RequestFault[] {
  const faults: RequestFault[] = []
  for (const [at, { dateOfService, dateOfServiceEnd }] of serviceLines.entries())
    if (dateOfServiceEnd !== undefined && dateOfServiceEnd < dateOfService)
      faults.push({
        pointer: `/serviceLines/${at}/dateOfServiceEnd`,
        code: 'range-backwards',
        detail: 'dateOfServiceEnd is before dateOfService.',
      })
  for (const [at, { from, to }] of authorizations.entries())
    if (from !== undefined && to !== undefined && to < from)
      faults.push({
        pointer: `/authorizations/${at}/to`,
        code: 'range-backwards',
        detail: 'The authorization ends before it begins.',
      })
  return faults
}

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

function duplicateLines({ serviceLines }: CheckRequest): RequestFault[] {
  const numbers = serviceLines.map((line) => line.lineNumber)
  return numbers.flatMap((number, at) =>
    numbers.indexOf(number) === at
      ? []
      : [
          {
            pointer: `/serviceLines/${at}/lineNumber`,
            code: 'duplicate-line-number',
            detail: 'The line number is used twice. Give each line its own number.',
          },
        ],
  )
}

function pointersToNothing({ diagnosisCodes = [], serviceLines }: CheckRequest): RequestFault[] {
  return serviceLines.flatMap((line, at) =>
    (line.diagnosisPointers ?? []).flatMap((pointer, position) =>
      pointer <= diagnosisCodes.length
        ? []
        : [
            {
              pointer: `/serviceLines/${at}/diagnosisPointers/${position}`,
              code: 'pointer-out-of-range',
              detail: `It points to no diagnosis: the request has ${diagnosisCodes.length}. Pointers count from 1.`,
            },
          ],
    ),
  )
}

function backwards({ serviceLines, authorizations = [] }: CheckRequest): RequestFault[] {
  return [
    ...serviceLines.flatMap((line, at) =>
      line.dateOfServiceEnd !== undefined && line.dateOfServiceEnd < line.dateOfService
        ? [
            {
              pointer: `/serviceLines/${at}/dateOfServiceEnd`,
              code: 'range-backwards',
              detail: 'dateOfServiceEnd is before dateOfService.',
            },
          ]
        : [],
    ),
    ...authorizations.flatMap((one, at) =>
      one.from !== undefined && one.to !== undefined && one.to < one.from
        ? [
            {
              pointer: `/authorizations/${at}/to`,
              code: 'range-backwards',
              detail: 'The authorization ends before it begins.',
            },
          ]
        : [],
    ),
  ]
}

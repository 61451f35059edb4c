import { requestFaults, type RequestFault } from '../../facts/request-faults.js'
import { checkOf, pointerInSchedule } from './course.js'
import type { ScheduleRequest } from './request.js'

/** Faults of meaning in a schema-valid request: those of a check of one line, and a rhythm that cannot be read. None: []. */
export function scheduleFaults(request: ScheduleRequest): RequestFault[] {
  const ofCheck = requestFaults(checkOf(request)).map((fault) => ({
    ...fault,
    pointer: pointerInSchedule(fault.pointer),
  }))
  const last = request.wishedRhythm.length - 1
  return [
    ...ofCheck,
    ...request.wishedRhythm.flatMap(({ times }, at) =>
      at < last && times === undefined
        ? [
            {
              pointer: `/wishedRhythm/${at}/times`,
              code: 'segment-without-end',
              detail:
                'Only the last segment may go on until the end of the horizon. Say how many times this one is wished.',
            },
          ]
        : [],
    ),
  ]
}

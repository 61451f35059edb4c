import type { Check } from '../../src/check.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'

type Line = CheckRequest['serviceLines'][number]

/** A valid check of one line; give what differs. */
export function aCheck(differing: Partial<CheckRequest> & { line?: Partial<Line> } = {}): CheckRequest {
  const { line, ...request } = differing
  return {
    coverage: { planId: 'medicare-part-b', state: 'FL' },
    claimType: 'professional',
    diagnosisCodes: ['D51.0'],
    serviceLines: [
      {
        lineNumber: 1,
        procedureCode: 'J3420',
        units: 1,
        diagnosisPointers: [1],
        dateOfService: '2026-11-03',
        placeOfService: '11',
        ...line,
      },
    ],
    serviceHistory: [],
    serviceHistorySince: '2023-01-01',
    serviceHistoryScope: 'practice',
    ...request,
  }
}

/** The use case of a test that asks about no batch. */
export function withoutBatch(check: (...asked: Parameters<Check>) => ReturnType<Check>): Check {
  return Object.assign(check, {
    batch: () => {
      throw new Error('not asked')
    },
  })
}

/** A body, and the JSON texts in it. */
export interface Sent {
  readonly path: string
  readonly type: string
  readonly texts: readonly string[]
  readonly body: string
}

const visit = {
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
    },
  ],
  serviceHistory: Array.from({ length: 8 }, (_, at) => ({
    procedureCode: 'J3420',
    dateOfService: `2026-0${at + 1}-15`,
    units: 1,
    claimStatus: 'paid',
  })),
  serviceHistorySince: '2023-01-01',
  serviceHistoryScope: 'practice',
}
const codes = ['D51.0', 'E44.0', 'D51.3', 'E53.8']
/** So many requests of one line, with eight earlier services each. */
export const requests = (count: number): string[] =>
  Array.from({ length: count }, (_, at) =>
    JSON.stringify({ ...visit, diagnosisCodes: [codes[at % codes.length]] }),
  )
/** One request of 200 lines with 500 earlier services. */
export const manyLines = JSON.stringify({
  ...visit,
  diagnosisCodes: codes,
  serviceHistory: Array.from({ length: 500 }, (_, at) => ({
    procedureCode: at % 2 === 0 ? 'J3420' : 'J3425',
    dateOfService: new Date(Date.UTC(2026, 9, 31) - at * 86_400_000).toISOString().slice(0, 10),
    units: 1,
    claimStatus: 'paid',
  })),
  serviceLines: Array.from({ length: 200 }, (_, at) => ({
    ...visit.serviceLines[0],
    lineNumber: at + 1,
    dateOfService: `2026-11-${String(1 + (at % 28)).padStart(2, '0')}`,
    diagnosisPointers: [1 + (at % codes.length)],
  })),
})

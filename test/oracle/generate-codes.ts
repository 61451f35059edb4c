// Random code tables: headers, ended and late codes, gaps between editions, complete prefixes, a dose per unit.
import type { Source } from '../../src/decision/shapes/source.js'
import type { CodeTable } from '../../src/decision/shapes/tables.js'
import { addDays } from './dates.js'
import { chance, maybe, pick, some, type Random } from './random.js'
import { boundaries, longAgo, procedures } from './vocabulary.js'

type Listing = NonNullable<CodeTable['rows'][number]['listings']>[number]

/** At most one table of each system; either may be absent. */
export function codeTables(random: Random, mess: number): CodeTable[] {
  const tables = [diagnosisTable(random, mess), procedureTable(random, mess)]
  return tables.filter(() => !chance(random, 0.15 * mess))
}

function trust(random: Random, mess: number): Source {
  return {
    publisher: 'A publisher',
    title: 'A code system',
    url: 'https://example.org/codes',
    retrievedOn: '2028-01-01',
    grade: 'primary',
    ...maybe(random, 0.3, () => ({ coversThrough: pick(random, boundaries) })),
    ...maybe(random, 0.15 * mess, () => ({ usableThrough: pick(random, boundaries) })),
  }
}

/** The time that is held: all of it, or with a gap, a late beginning or an end. */
function held(random: Random, mess: number): { from: string; to?: string }[] {
  if (!chance(random, 0.25 * mess)) return [{ from: longAgo }]
  const [one, two, three] = some(random, boundaries, 3, 3).sort()
  if (one === undefined || two === undefined || three === undefined) return [{ from: longAgo }]
  return pick(random, [
    [{ from: longAgo, to: one }, { from: two }],
    [{ from: one }],
    [{ from: longAgo, to: three }],
    [{ from: one, to: two }, { from: three }],
  ])
}

/** The same, with a gap in tidy worlds too, so that codes on both sides of one are common enough. */
function heldWithGaps(random: Random, mess: number): CodeTable['held'] {
  const [one, two] = some(random, boundaries, 2, 2).sort()
  if (one === undefined || two === undefined || !chance(random, 0.07)) return held(random, mess)
  return [{ from: longAgo, to: one }, { from: two }]
}

function always(code: string, billable = true): CodeTable['rows'][number] {
  return { code, from: longAgo, billable }
}

function diagnosisTable(random: Random, mess: number): CodeTable {
  const spans = heldWithGaps(random, mess)
  // A code that begins with an edition behind a gap, where there is one.
  const behind = chance(random, 0.3) ? spans[1]?.from : undefined
  return {
    system: 'icd-10-cm',
    source: trust(random, mess),
    held: spans,
    complete: pick(random, [['D', 'E', 'K', 'T'], ['D51'], ['D', 'E9'], ['A'], []]),
    rows: [
      always('D51', false),
      always('D510'),
      { ...always('D511'), from: behind ?? longAgo },
      always('E538'),
      always('E440'),
      always('T50991A'),
      always('T50995A'),
      always('W19XXXA'),
      always('K9082', false),
      { code: 'K90821', from: behind ?? pick(random, boundaries), billable: true },
      { code: 'D519', from: longAgo, to: pick(random, boundaries), billable: true },
      { code: 'K900', from: '2021-10-01', to: '2028-01-31', billable: chance(random, 0.5) },
      { code: 'K900', from: pick(random, ['2028-01-31', '2028-03-01']), billable: true },
    ],
  }
}

const doses = [
  { value: 1000, unit: 'ug' },
  { value: 1, unit: 'mg' },
  { value: 0.1, unit: 'mg' },
  { value: 2, unit: 'mL' },
]

/** Stretches of editions beside the gaps and turns of what is held, with changes, deletions and reinstatements in some. */
function listings(random: Random, spans: CodeTable['held'], mess: number): { listings?: Listing[] } {
  const dose = pick(random, doses)
  const days = [...new Set(spans.flatMap(({ from, to }) => [from, to ?? '2028-04-15']))].sort()
  const made = days.flatMap((from, at): Listing[] => {
    const to = days[at + 1]
    if (to === undefined || at % 2 === 1 || chance(random, 0.2 * mess)) return []
    return [
      {
        from,
        to: chance(random, 0.1) ? addDays(from, 20) : to,
        added: chance(random, 0.05) ? pick(random, boundaries) : longAgo,
        ...maybe(random, 0.9, () => ({
          actionFrom: chance(random, 0.8) ? longAgo : pick(random, boundaries),
        })),
        ...maybe(random, 0.1, () => ({ action: pick(random, ['D', 'R'] as const) })),
        ...maybe(random, 0.9, () => ({ dosePerUnit: chance(random, 0.75) ? dose : pick(random, doses) })),
      },
    ]
  })
  return made.length === 0 ? {} : { listings: made }
}

function procedureTable(random: Random, mess: number): CodeTable {
  const spans = heldWithGaps(random, mess)
  const rows = procedures
    .filter(() => !chance(random, 0.15 * mess))
    .map((code) => ({
      code,
      from: longAgo,
      ...maybe(random, 0.1 * mess, () => ({ to: pick(random, boundaries) })),
      billable: !chance(random, 0.03 * mess),
      ...maybe(random, 0.85, () => ({ dosePerUnit: pick(random, doses) })),
      ...(chance(random, 0.85) ? listings(random, spans, mess) : {}),
    }))
  return {
    system: 'hcpcs',
    source: trust(random, mess),
    held: spans,
    complete: pick(random, [['J'], ['J3', 'Q'], []]),
    rows: rows.length > 0 ? rows : [{ code: 'A0001', from: longAgo, billable: true }],
  }
}

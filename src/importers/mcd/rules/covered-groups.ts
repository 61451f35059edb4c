import { codeSetsOf, withAtoms } from '../../../decision/conditions/walk.js'
import type { Expression } from '../../../decision/shapes/expression.js'
import type { CodeList } from '../tables/codes.js'
import type { OverlayEntry } from '../overlay/overlay.js'
import type { Reading } from '../texts/reading.js'

/** A group of supporting diagnoses, with the readings of its paragraph and of its footnote. */
export interface CoveredGroup {
  readonly number: number
  readonly list: CodeList
  readonly starred: readonly string[]
  readonly reading: Reading
  readonly footnote: Reading | undefined
  readonly review: OverlayEntry | undefined
}

/**
 * A way in which diagnoses support a service: one group by itself, several groups together, or the
 * condition that a reviewer wrote.
 */
export interface Way {
  readonly groups: readonly number[]
  readonly expression: Expression
  /** Any single code of the group is enough, so no other text about these codes can add a condition. */
  readonly alone: boolean
  /** Only for these procedures; for all procedures of the article where absent. */
  readonly procedures?: readonly string[] | undefined
}

export interface Understood {
  readonly ways: readonly Way[]
  /** Groups that are not understood: their codes may support under conditions that are not known. */
  readonly unread: readonly CoveredGroup[]
}

const listed = ({ list }: CoveredGroup): Expression => ({ diagnosis: { codeSet: list.codeSetId } })

/**
 * The ways in which the covered groups of an article support a service, as far as their paragraphs leave
 * no doubt. A group counts as unread where a sentence is not understood, where an unread group names it,
 * where only other groups name their procedures, or where it names procedures that the article lacks.
 */
export function understandGroups(
  groups: readonly CoveredGroup[],
  procedures: ReadonlySet<string>,
  procedureGroups: number,
): Understood {
  const unread = unreadGroups(groups, procedures, procedureGroups)
  const readable = new Map(
    groups.filter(({ number }) => !unread.has(number)).map((group) => [group.number, group]),
  )
  const ways: Way[] = []
  const partners = new Set<number>()
  for (const { number, reading, review } of readable.values()) {
    if (review === undefined)
      for (const pair of reading.pairs) for (const partner of pair) partners.add(partner)
    else if (review.reading === 'partner') partners.add(number)
  }
  for (const group of readable.values()) {
    const { number, reading, review } = group
    if (review !== undefined) ways.push(...waysOfReview(group, review, readable))
    else if (reading.pairs.length > 0)
      ways.push(...reading.pairs.flatMap(([a, b]) => pairOf(readable.get(a), readable.get(b))))
    else if (!partners.has(number))
      ways.push({ groups: [number], procedures: reading.procedures, ...aloneOf(group) })
  }
  return { ways: withoutRepeats(ways), unread: groups.filter(({ number }) => unread.has(number)) }
}

function aloneOf(group: CoveredGroup): Pick<Way, 'expression' | 'alone'> {
  const { sex } = group.reading
  return sex === undefined
    ? { expression: listed(group), alone: true }
    : { expression: { all: [listed(group), { sex: [sex] }] }, alone: false }
}

function pairOf(a: CoveredGroup | undefined, b: CoveredGroup | undefined): Way[] {
  if (a === undefined || b === undefined) return []
  const sexes = [...new Set([a.reading.sex, b.reading.sex].flatMap((sex) => sex ?? []))]
  return [
    {
      groups: [a.number, b.number],
      alone: false,
      procedures: a.reading.procedures ?? b.reading.procedures,
      expression: { all: [listed(a), listed(b), ...sexes.map((sex) => ({ sex: [sex] }))] },
    },
  ]
}

function waysOfReview(
  group: CoveredGroup,
  { reading }: OverlayEntry,
  groups: ReadonlyMap<number, CoveredGroup>,
): Way[] {
  if (reading === 'plain') return [{ groups: [group.number], expression: listed(group), alone: true }]
  if (typeof reading === 'string') return []
  const { supports, procedures } = reading
  if (supports === undefined)
    return [{ groups: [group.number], expression: listed(group), alone: true, procedures }]
  const named = new Set<number>([group.number])
  return [{ groups: [...named], alone: false, procedures, expression: resolve(supports, groups, named) }].map(
    (way) => ({ ...way, groups: [...named].sort((a, b) => a - b) }),
  )
}

/** The condition of a reviewer, with the code sets of the groups in place of names such as "group 2". */
function resolve(
  expression: Expression,
  groups: ReadonlyMap<number, CoveredGroup>,
  named: Set<number>,
): Expression {
  return withAtoms(expression, (atom) => {
    if (!('diagnosis' in atom) || atom.diagnosis.codeSet === undefined) return atom
    const number = groupNamed(atom.diagnosis.codeSet)
    const group = number === undefined ? undefined : groups.get(number)
    if (group === undefined) return atom
    named.add(group.number)
    return { diagnosis: { ...atom.diagnosis, codeSet: group.list.codeSetId } }
  })
}

const groupNamed = (name: string): number | undefined =>
  /^group \d{1,4}$/.test(name) ? Number(name.slice(6)) : undefined

/** Whether the condition of a reviewer names a code set that is not an understood group of the article. */
function misused(expression: Expression, readable: (number: number) => boolean): boolean {
  return codeSetsOf(expression).some((name) => {
    const number = groupNamed(name)
    return number === undefined || !readable(number)
  })
}

/** The numbers of the groups that are not understood, and of the groups that depend on them. */
function unreadGroups(
  groups: readonly CoveredGroup[],
  procedures: ReadonlySet<string>,
  procedureGroups: number,
): Set<number> {
  const unread = new Set(groups.filter((group) => isUnread(group, procedures)).map(({ number }) => number))
  for (const { reading, review } of groups) {
    if (review !== undefined || !reading.unread) continue
    for (const number of reading.touches === 'all' ? groups.map((group) => group.number) : reading.touches)
      unread.add(number)
  }
  const unsettled = groups.filter(
    ({ reading, review }) => review === undefined && reading.pairs.length === 0 && !reading.standsAlone,
  )
  const partners = new Set(
    groups.flatMap(({ reading, review }) => (review === undefined ? reading.pairs.flat() : [])),
  )
  const single = unsettled.filter(({ number }) => !partners.has(number))
  const scoped = groups.some(({ reading, review }) => scopeOf(reading, review) !== undefined)
  // A group that names no procedures may apply to some of them only, where other groups name theirs
  // or where the article divides its procedures into groups.
  if (groups.length > 1 && (scoped || procedureGroups > 1))
    for (const { number, reading } of single) if (reading.procedures === undefined) unread.add(number)
  addDependentGroups(groups, unread)
  return unread
}

/**
 * Adds the groups that depend on an unread group: both groups of a pair where one is unread, and a group
 * whose reviewed condition names an unread group.
 */
function addDependentGroups(groups: readonly CoveredGroup[], unread: Set<number>): void {
  const numbers = new Set(groups.map(({ number }) => number))
  const readable = (number: number): boolean => numbers.has(number) && !unread.has(number)
  for (let before = -1; before !== unread.size;) {
    before = unread.size
    for (const { number, reading, review } of groups) {
      const supports = typeof review?.reading === 'object' ? review.reading.supports : undefined
      if (supports !== undefined && misused(supports, readable)) unread.add(number)
      if (review !== undefined) continue
      for (const pair of reading.pairs) {
        const [a, b] = pair.map((half) => groups.find((group) => group.number === half))
        const differ =
          a?.reading.procedures !== undefined &&
          b?.reading.procedures !== undefined &&
          a.reading.procedures.join() !== b.reading.procedures.join()
        // A pair is usable only if it includes the group whose paragraph names it, and if neither of its
        // two groups supports the service by itself.
        if (
          !pair.includes(number) ||
          pair[0] === pair[1] ||
          differ ||
          !pair.every(readable) ||
          a?.reading.standsAlone === true ||
          b?.reading.standsAlone === true
        )
          for (const half of [number, ...pair]) if (numbers.has(half)) unread.add(half)
      }
    }
  }
}

function isUnread(
  { reading, starred, footnote, review }: CoveredGroup,
  procedures: ReadonlySet<string>,
): boolean {
  // A footnote without an asterisk in the list may apply to the whole group.
  if (footnote?.unread === true && starred.length === 0) return true
  const scope = scopeOf(reading, review)
  if (scope?.some((code) => !procedures.has(code)) === true) return true
  return review === undefined && reading.unread
}

function scopeOf(reading: Reading, review: OverlayEntry | undefined): readonly string[] | undefined {
  return review === undefined
    ? reading.procedures
    : typeof review.reading === 'object'
      ? review.reading.procedures
      : undefined
}

function withoutRepeats(ways: readonly Way[]): Way[] {
  return [...new Map(ways.map((way) => [JSON.stringify([way.expression, way.procedures]), way])).values()]
}

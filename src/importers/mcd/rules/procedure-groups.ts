import type { ExclusionBasis, Rule, RuleOfKind } from '../../../decision/shapes/rule.js'
import type { ArticleDraft } from '../tables/drafts.js'
import type { OverlayEntry } from '../overlay/overlay.js'
import type { TextKey } from '../texts/paragraphs.js'
import type { Reading } from '../texts/reading.js'
import { groupsInWords, inPortions, reviewRules } from './review-rules.js'
import type { LookedUp } from '../overlay/reviews.js'

/** Finds the reviewed reading of a text; undefined where nobody has read any wording of that text. */
export type LookUp = (key: TextKey, hash: string) => LookedUp | undefined

/** What the paragraphs of the procedure groups of an article say about its procedures. */
export interface ProcedureGroups {
  /** Procedures that are exempt from the lists of diagnoses. */
  readonly free: ReadonlySet<string>
  /**
   * Procedures whose paragraph is not understood, or excludes them from coverage without a certain
   * ground.
   */
  readonly unread: ReadonlySet<string>
  readonly rules: readonly Rule[]
  readonly lookedUp: readonly LookedUp[]
  /** Messages on reviewed readings that the paragraph contradicts. */
  readonly contradictions: readonly string[]
}

interface Exclusion {
  readonly group: number
  readonly procedures: readonly string[]
  readonly basis: ExclusionBasis | undefined
  readonly from?: string | undefined
}

/**
 * Reads the paragraphs of the procedure groups of an article; `all` has every procedure of the article.
 * A procedure that a paragraph excludes from coverage always gets an exclusion rule or a review rule.
 */
export function readProcedureGroups(
  draft: ArticleDraft,
  all: ReadonlySet<string>,
  lookUp: LookUp,
): ProcedureGroups {
  const free = new Set<string>()
  const unread = new Set<string>()
  const numbers: number[] = []
  const exclusions: Exclusion[] = []
  const lookedUp: LookedUp[] = []
  const contradictions: string[] = []
  for (const [group, reading] of draft.texts.of('hcpcs')) {
    const found = lookUp({ place: 'hcpcs', number: group }, reading.hash)
    if (found !== undefined) lookedUp.push(found)
    const contradiction = contradictionIn(found?.review, reading)
    if (contradiction !== undefined) contradictions.push(contradiction)
    const review = contradiction === undefined ? found?.review : undefined
    const its = draft.procedures.get(group) ?? new Set<string>()
    if (review?.reading === 'not-restricted') for (const code of its) free.add(code)
    else if (review !== undefined) exclusions.push(...exclusionsOf(review, group))
    else if (isUnread(reading, its, all)) {
      numbers.push(group)
      for (const code of concerned(reading, its, all)) unread.add(code)
    } else {
      for (const code of reading.unrestricted) free.add(code)
      const procedures = reading.notCovered === 'group' ? [...its] : reading.notCovered
      if (procedures.length > 0) exclusions.push({ group, procedures, basis: basisOf(draft, group, reading) })
    }
  }
  const uncertain = exclusions.filter(({ basis }) => basis === undefined)
  const excluded = new Set(uncertain.flatMap(({ procedures }) => procedures))
  for (const code of unread) free.delete(code)
  for (const code of excluded) free.delete(code)
  return {
    free,
    unread: new Set([...unread, ...excluded]),
    rules: [...exclusions.flatMap(exclusionRules), ...freeRules(free), ...unreadRules(unread, numbers)],
    lookedUp,
    contradictions,
  }
}

/**
 * Why a reviewed reading does not apply: it says that the paragraph adds nothing, but the paragraph
 * mentions that something is not covered. Undefined where the reading applies.
 */
function contradictionIn(review: OverlayEntry | undefined, reading: Reading): string | undefined {
  return review !== undefined && typeof review.reading === 'string' && reading.speaksOfNotCovered
    ? `The reviewed reading of ${review.document} "${review.text}" does not apply: its text speaks of procedures that are not covered, so that it is not "${review.reading}". Say with "notCovered" which they are; until then it is answered as indeterminate.`
    : undefined
}

function exclusionsOf({ reading }: OverlayEntry, group: number): Exclusion[] {
  const { notCovered } = typeof reading === 'object' ? reading : {}
  return notCovered === undefined ? [] : [{ group, ...notCovered }]
}

function isUnread(reading: Reading, its: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  const { unread, unrestricted, notCovered } = reading
  const named = notCovered === 'group' ? unrestricted : [...unrestricted, ...notCovered]
  return unread || named.some((code) => !all.has(code)) || (notCovered === 'group' && its.size === 0)
}

/**
 * The procedures that a paragraph which is not understood may affect. Every procedure of the article
 * where it mentions diagnoses or its group has no codes; otherwise its own group and the procedures
 * that it names.
 */
function concerned(
  { speaksOfDiagnoses, proceduresNamed, unrestricted, notCovered, unread }: Reading,
  its: ReadonlySet<string>,
  all: ReadonlySet<string>,
): Iterable<string> {
  if (speaksOfDiagnoses || !unread || its.size === 0) return all
  const named = [...proceduresNamed, ...unrestricted, ...(notCovered === 'group' ? [] : notCovered)]
  return [...its, ...named.filter((code) => all.has(code))]
}

/**
 * The ground of an exclusion. Undefined where the paragraph gives none, or where another group also
 * lists one of the procedures, because it may be covered there.
 */
function basisOf(draft: ArticleDraft, group: number, reading: Reading): ExclusionBasis | undefined {
  const own = reading.notCovered === 'group' ? (draft.procedures.get(group) ?? new Set()) : reading.notCovered
  const elsewhere = [...draft.procedures].some(
    ([number, codes]) => number !== group && [...own].some((code) => codes.has(code)),
  )
  return elsewhere ? undefined : reading.notCoveredBasis
}

function exclusionRules({ group, procedures, basis, from }: Exclusion): Rule[] {
  const section = `Procedure codes, ${groupsInWords([group])}`
  if (basis === undefined)
    return reviewRules(
      `not-covered-${group}`,
      'coverage-exclusion',
      procedures,
      'The article says that these procedures are not covered, and not on which ground, or it lists them in another group too. A person must read it.',
      section,
    )
  return inPortions<RuleOfKind<'coverage-exclusion'>>({
    kind: 'coverage-exclusion',
    ruleId: `not-covered-${group}`,
    procedures: [...procedures].sort(),
    ...(from === undefined ? {} : { from }),
    basis,
    statement: 'The article says that the procedure is not covered.',
    section,
  })
}

function freeRules(free: ReadonlySet<string>): Rule[] {
  if (free.size === 0) return []
  return inPortions<RuleOfKind<'diagnosis'>>({
    kind: 'diagnosis',
    ruleId: 'not-restricted',
    procedures: [...free].sort(),
    others: 'unknown',
    statement: 'These procedures are not bound to the diagnoses that the article lists.',
    section: 'Procedure codes',
  })
}

function unreadRules(unread: ReadonlySet<string>, numbers: readonly number[]): Rule[] {
  return reviewRules(
    'procedure-text',
    'diagnosis',
    unread,
    `The paragraph of ${groupsInWords(numbers)} of the procedures has not been turned into a rule; it may say to which diagnoses they are bound.`,
    `Procedure codes, ${groupsInWords(numbers)}`,
  )
}

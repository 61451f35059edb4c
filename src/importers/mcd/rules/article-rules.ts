import type { Rule, RuleOfKind } from '../../../decision/shapes/rule.js'
import type { CodeList, Diagnoses } from '../tables/codes.js'
import { listRules } from './diagnosis-rules.js'
import type { ArticleDraft } from '../tables/drafts.js'
import { drugRules } from './drug-rules.js'
import { understandGroups, type CoveredGroup } from './covered-groups.js'
import type { OverlayEntry } from '../overlay/overlay.js'
import { textName } from '../texts/paragraphs.js'
import { readProcedureGroups, type LookUp } from './procedure-groups.js'
import { nothingSaid, type Reading } from '../texts/reading.js'
import type { LookedUp, Reviews } from '../overlay/reviews.js'
import { groupsInWords, inPortions, reviewRules } from './review-rules.js'
import { withInterpretation, type VersionRules } from './version-rules.js'

/** What the rules of a version depend on besides its own tables. */
export interface ArticleContext {
  readonly diagnoses: Diagnoses
  readonly reviews: Reviews
  /** The article has a related determination. Its criteria are running text, which no table has. */
  readonly hasDetermination: boolean
  /** Procedure codes of the related determinations, for an article that lists diagnoses but no procedures. */
  readonly procedures: readonly string[]
  /** Rows with texts, or with codes, were refused because they could not be read. */
  readonly lost: { readonly texts: boolean; readonly codes: boolean }
}

/**
 * All rules of a version of an article. Whatever is not understood becomes a review rule or conditional
 * codes, never a plain rule.
 */
export function articleRules(draft: ArticleDraft, context: ArticleContext): VersionRules {
  const { rules, lookedUp, contradictions } = diagnosisPart(draft, context)
  return withInterpretation([...rules, ...drugRules(draft)], lookedUp, context.reviews, contradictions)
}

type Part = Pick<VersionRules, 'rules' | 'lookedUp' | 'contradictions'>

function diagnosisPart(draft: ArticleDraft, context: ArticleContext): Part {
  const { diagnoses, reviews, lost } = context
  const lookUp: LookUp = (key, hash) => reviews.lookUp(draft.displayId, draft.version, textName(key), hash)
  const all = new Set([...draft.procedures.values()].flatMap((codes) => [...codes]))
  const covered = coveredGroups(draft, diagnoses, lookUp)
  const { lookedUp } = covered
  if (all.size === 0) return { rules: withoutProcedures(draft, context), lookedUp, contradictions: [] }
  if (lost.texts || draft.damaged.texts) return { rules: lostTexts(all), lookedUp, contradictions: [] }
  const procedures = readProcedureGroups(draft, all, lookUp)
  const bound = [...all].filter((code) => !procedures.free.has(code) && !procedures.unread.has(code)).sort()
  const around = aroundRules(draft, all, lookUp)
  const not = noncovered(draft, diagnoses, lookUp)
  const lostCodes = lost.codes || draft.damaged.codes
  const mentions = namesOthers(draft, covered.groups)
  const uncertain = lostCodes || covered.unlisted.length > 0
  const main =
    covered.groups.length > 0
      ? listRules(bound, {
          groups: covered.groups,
          understood: understandGroups(covered.groups, all, draft.procedures.size),
          footnoteOf: (number) => covered.footnotes.get(number),
          excluded: not.excluded,
          others: not.denies && !mentions && !uncertain ? 'deny' : 'unknown',
          diagnoses,
        })
      : withoutList(draft, bound, not.excluded, not.denies || not.unread.length > 0 || uncertain, context)
  return {
    rules: [
      ...main,
      ...unreadLists(bound, covered.unlisted, not.unread),
      ...procedures.rules,
      ...around.rules,
    ],
    lookedUp: [covered, procedures, around, not].flatMap((part) => part.lookedUp),
    contradictions: procedures.contradictions,
  }
}

function lostTexts(all: ReadonlySet<string>): Rule[] {
  return reviewRules(
    'texts',
    'diagnosis',
    all,
    'Paragraphs of the export could not be read and were left out, so a condition may be missing.',
    'ICD-10-CM codes',
  )
}

/**
 * Whether a text that is not understood names diagnoses beyond the list beside it. A code that only such
 * a text names may support the service too, so other codes cannot be denied. A paragraph or footnote
 * that only names codes of its own group does not count.
 */
function namesOthers({ texts }: ArticleDraft, groups: readonly CoveredGroup[]): boolean {
  const lists = new Map(groups.map(({ number, list }) => [number, new Set(list.codes)]))
  return texts
    .all()
    .some(
      ({ key: { place, number }, reading: { unread, namesRange, diagnosesNamed } }) =>
        unread &&
        (namesRange ||
          diagnosesNamed.some(
            (code) =>
              !(place === 'covered' || place === 'footnote') || lists.get(number ?? 0)?.has(code) !== true,
          )),
    )
}

function withoutProcedures(draft: ArticleDraft, context: ArticleContext): Rule[] {
  if (draft.covered.size === 0 && draft.noncovered.size === 0) return []
  return reviewRules(
    'procedures',
    'diagnosis',
    context.procedures,
    'The article lists diagnoses and no procedures; a person must read which services of its determination they are for.',
    'Procedure codes',
  )
}

/** Review rules for the groups of both lists that are not understood and that no other rule covers. */
function unreadLists(
  bound: readonly string[],
  withoutCodes: readonly number[],
  notSupporting: readonly number[],
): Rule[] {
  return [
    ...(withoutCodes.length === 0
      ? []
      : reviewRules(
          'text-without-codes',
          'diagnosis',
          bound,
          `The paragraph of ${groupsInWords(withoutCodes)} has no codes, and text that has not been turned into a rule.`,
          'ICD-10-CM codes that support medical necessity',
        )),
    ...(notSupporting.length === 0
      ? []
      : reviewRules(
          'not-supporting-text',
          'diagnosis',
          bound,
          `The paragraph of ${groupsInWords(notSupporting)} of the diagnoses that do not support the service has not been turned into a rule.`,
          'ICD-10-CM codes that do not support medical necessity',
        )),
  ]
}

interface CoveredGroups {
  /** Groups with codes. */
  readonly groups: readonly CoveredGroup[]
  /** Numbers of the groups that have text but no codes. */
  readonly unlisted: readonly number[]
  /** The reviewed readings of footnotes, by the number of their group. */
  readonly footnotes: ReadonlyMap<number, OverlayEntry>
  readonly lookedUp: readonly LookedUp[]
}

function coveredGroups(draft: ArticleDraft, diagnoses: Diagnoses, lookUp: LookUp): CoveredGroups {
  const groups: CoveredGroup[] = []
  const unlisted: number[] = []
  const footnotes = new Map<number, OverlayEntry>()
  const lookedUp: LookedUp[] = []
  for (const number of groupNumbers(draft, 'covered')) {
    const reading = draft.texts.get({ place: 'covered', number }) ?? nothingSaid
    const paragraph = lookUp({ place: 'covered', number }, reading.hash)
    if (paragraph !== undefined) lookedUp.push(paragraph)
    const review = paragraph?.review
    const { codes = [], starred = [], placeholder = false } = draft.covered.get(number) ?? {}
    if (codes.length === 0) {
      if (placeholder || (review === undefined && saysSomething(reading))) unlisted.push(number)
      continue
    }
    const footnote = draft.texts.get({ place: 'footnote', number })
    const readFootnote =
      footnote === undefined ? undefined : lookUp({ place: 'footnote', number }, footnote.hash)
    if (readFootnote !== undefined) lookedUp.push(readFootnote)
    if (readFootnote?.review !== undefined) footnotes.set(number, readFootnote.review)
    groups.push({
      number,
      list: diagnoses.listOf(codes),
      starred: starred.length === 0 ? [] : diagnoses.listOf(starred).codes,
      reading,
      footnote: readFootnote?.review === undefined ? footnote : undefined,
      review,
    })
  }
  return { groups, unlisted, footnotes, lookedUp }
}

/** The numbers of the groups in a list that have codes or a paragraph, in ascending order. */
function groupNumbers(draft: ArticleDraft, list: 'covered' | 'noncovered'): number[] {
  return [...new Set([...draft[list].keys(), ...draft.texts.of(list).keys()])].sort((a, b) => a - b)
}

const saysSomething = ({ unread, pairs, standsAlone, procedures, sex }: Reading): boolean =>
  unread || pairs.length > 0 || standsAlone || procedures !== undefined || sex !== undefined

interface NoncoveredGroups {
  /** The diagnoses that do not support the service. */
  readonly excluded: CodeList | undefined
  /** Every diagnosis that is not listed as supporting is denied. */
  readonly denies: boolean
  /** Numbers of the groups whose paragraph is neither understood nor reviewed. */
  readonly unread: readonly number[]
  readonly lookedUp: readonly LookedUp[]
}

function noncovered(draft: ArticleDraft, diagnoses: Diagnoses, lookUp: LookUp): NoncoveredGroups {
  const excluded: CodeList[] = []
  const unread: number[] = []
  const lookedUp: LookedUp[] = []
  let denies = false
  for (const number of groupNumbers(draft, 'noncovered')) {
    const reading = draft.texts.get({ place: 'noncovered', number }) ?? nothingSaid
    const group = draft.noncovered.get(number)
    const paragraph = lookUp({ place: 'noncovered', number }, reading.hash)
    if (paragraph !== undefined) lookedUp.push(paragraph)
    if (reading.unread && paragraph?.review === undefined) unread.push(number)
    else {
      if (group?.placeholder === true || reading.deniesOthers) denies = true
      if (group !== undefined && group.codes.length > 0) excluded.push(diagnoses.listOf(group.codes))
    }
  }
  return {
    excluded: excluded.length === 0 ? undefined : diagnoses.union(excluded),
    denies: denies && unread.length === 0,
    unread,
    lookedUp,
  }
}

/** Review rules for texts around the lists that may put a condition on every diagnosis. */
function aroundRules(
  { texts, body }: ArticleDraft,
  all: ReadonlySet<string>,
  lookUp: LookUp,
): Pick<Part, 'rules' | 'lookedUp'> {
  const information = texts.get({ place: 'information' })
  const informationRead =
    information === undefined ? undefined : lookUp({ place: 'information' }, information.hash)
  const bodyRead = lookUp({ place: 'body' }, body.hash)
  return {
    rules: [
      ...(information?.unread === true && informationRead?.review === undefined
        ? reviewRules(
            'additional-information',
            'diagnosis',
            all,
            'The additional information on diagnoses has not been turned into a rule.',
            'Additional ICD-10 information',
          )
        : []),
      ...(body.conditions && bodyRead?.review === undefined
        ? reviewRules(
            'article-text',
            'diagnosis',
            all,
            'The text of the article seems to bind diagnoses to each other or to an order; it has not been turned into a rule.',
            'Article text',
          )
        : []),
    ],
    lookedUp: [informationRead, bodyRead].flatMap((one) => one ?? []),
  }
}

/**
 * The rules of an article without a list of supporting diagnoses. They restrict nothing only where no
 * other text of the article or of its determination may have a restriction.
 */
function withoutList(
  draft: ArticleDraft,
  procedures: readonly string[],
  excluded: CodeList | undefined,
  doubtful: boolean,
  { hasDetermination }: ArticleContext,
): Rule[] {
  if (procedures.length === 0) return []
  const review = (statement: string): Rule[] =>
    reviewRules(
      'no-list',
      'diagnosis',
      procedures,
      statement,
      'ICD-10-CM codes that support medical necessity',
    )
  if (excluded !== undefined) {
    return [
      ...inPortions<RuleOfKind<'diagnosis'>>({
        kind: 'diagnosis',
        ruleId: 'not-supporting',
        procedures: [...procedures],
        excluded: excluded.codeSetId,
        others: 'unknown',
        statement: `${excluded.codes.length} diagnoses do not support the service.`,
        section: 'ICD-10-CM codes that do not support medical necessity',
      }),
      ...review(
        'The article lists only diagnoses that do not support the service; which do, a person must read.',
      ),
    ]
  }
  if (doubtful) return review('The article has no list of supporting diagnoses that could be read.')
  if (
    hasDetermination ||
    draft.body.speaksOfDiagnoses ||
    draft.texts.get({ place: 'information' })?.unread === true
  ) {
    return review(
      'The article has no list of diagnoses; its text, or the determination that belongs to it, may require one all the same.',
    )
  }
  return inPortions<RuleOfKind<'diagnosis'>>({
    kind: 'diagnosis',
    ruleId: 'no-list',
    procedures: [...procedures],
    others: 'unknown',
    statement:
      'The article has no list of diagnoses, names no determination, and its text does not speak of diagnoses.',
    section: 'ICD-10-CM codes that support medical necessity',
  })
}

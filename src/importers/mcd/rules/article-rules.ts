import type { Rule, RuleOfKind } from '../../../decision/rule.js'
import type { CodeList, Diagnoses } from '../tables/codes.js'
import { listRules } from './diagnosis-rules.js'
import type { ArticleDraft } from '../tables/drafts.js'
import { drugRules } from './drug-rules.js'
import { understandGroups, type CoveredGroup } from './covered-groups.js'
import type { OverlayEntry } from '../overlay/overlay.js'
import { textName } from '../texts/paragraphs.js'
import { readProcedureGroups, type ReviewOf } from './procedure-groups.js'
import { nothingSaid, type Reading } from '../texts/reading.js'
import { asInterpretation, type Reviews } from '../overlay/reviews.js'
import { groupsInWords, inPortions, reviewRules } from './review-rules.js'

/** What the rules of a version hang on besides its own tables. */
export interface ArticleContext {
  readonly diagnoses: Diagnoses
  readonly reviews: Reviews
  /** A determination that it names as related holds criteria which are not in tables. */
  readonly hasDetermination: boolean
  /** Procedure codes of related determinations, for an article that lists diagnoses but no procedures. */
  readonly procedures: readonly string[]
  /** Rows of texts, or of codes, could not be read and were left out. */
  readonly lost: { readonly texts: boolean; readonly codes: boolean }
}

export interface ArticleRules {
  readonly rules: readonly Rule[]
  /** Reviewed readings that are too many to be kept with the rules. */ readonly unkept: boolean
}

/** All rules of a version of an article. Where anything is in doubt a review rule stands, or codes that support only under a condition. */
export function articleRules(draft: ArticleDraft, context: ArticleContext): ArticleRules {
  const used: OverlayEntry[] = []
  const reviewOf: ReviewOf = (key, hash) => {
    const found = context.reviews.find(draft.displayId, draft.version, textName(key), hash)
    if (found !== undefined) used.push(found)
    return found
  }
  const rules = [...diagnosisPart(draft, context, reviewOf), ...drugRules(draft)]
  if (used.length === 0) return { rules, unkept: false }
  const interpretation = asInterpretation(used, context.reviews.bundled)
  return {
    rules:
      interpretation === undefined
        ? rules
        : rules.map((rule, at) => (at === 0 ? { ...rule, interpretation } : rule)),
    unkept: interpretation === undefined,
  }
}

function diagnosisPart(draft: ArticleDraft, context: ArticleContext, reviewOf: ReviewOf): Rule[] {
  const all = new Set([...draft.procedures.values()].flatMap((codes) => [...codes]))
  const covered = coveredGroups(draft, context.diagnoses, reviewOf)
  if (all.size === 0) return withoutProcedures(draft, context)
  if (context.lost.texts || draft.damaged.texts)
    return reviewRules(
      'texts',
      'diagnosis',
      all,
      'Paragraphs of the export could not be read and were left out, so a condition may be missing.',
      'ICD-10-CM codes',
    )
  const procedures = readProcedureGroups(draft, all, { reviewOf, reviews: context.reviews })
  const bound = [...all].filter((code) => !procedures.free.has(code) && !procedures.unread.has(code)).sort()
  const around = aroundRules(draft, all, reviewOf)
  const not = noncovered(draft, context.diagnoses, reviewOf)
  const lostCodes = context.lost.codes || draft.damaged.codes
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
          diagnoses: context.diagnoses,
        })
      : withoutList(draft, bound, not.excluded, not.denies || not.unread.length > 0 || uncertain, context)
  return [...main, ...unreadLists(bound, covered.unlisted, not.unread), ...procedures.rules, ...around]
}

/**
 * Whether an unread text names diagnoses beyond the list that it stands at: a code that only such a text names may support after all.
 * A paragraph or footnote that names codes of its own group says nothing of others.
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

/** Groups of either list whose paragraphs nobody has read, and that no other rule speaks of. */
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

/** Covered groups with codes, and the numbers of those that have text but no codes. */
function coveredGroups(
  draft: ArticleDraft,
  diagnoses: Diagnoses,
  reviewOf: ReviewOf,
): { groups: CoveredGroup[]; unlisted: number[]; footnotes: Map<number, OverlayEntry> } {
  const numbers = new Set([...draft.covered.keys(), ...draft.texts.of('covered').keys()])
  const groups: CoveredGroup[] = []
  const unlisted: number[] = []
  const footnotes = new Map<number, OverlayEntry>()
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const reading = draft.texts.get({ place: 'covered', number }) ?? nothingSaid
    const footnote = draft.texts.get({ place: 'footnote', number })
    const review = reviewOf({ place: 'covered', number }, reading.hash)
    const { codes = [], starred = [], placeholder = false } = draft.covered.get(number) ?? {}
    if (codes.length === 0) {
      if (placeholder || (review === undefined && saysSomething(reading))) unlisted.push(number)
      continue
    }
    const footnoteReview =
      footnote === undefined ? undefined : reviewOf({ place: 'footnote', number }, footnote.hash)
    if (footnoteReview !== undefined) footnotes.set(number, footnoteReview)
    groups.push({
      number,
      list: diagnoses.listOf(codes),
      starred: starred.length === 0 ? [] : diagnoses.listOf(starred).codes,
      reading,
      footnote: footnoteReview === undefined ? footnote : undefined,
      review,
    })
  }
  return { groups, unlisted, footnotes }
}

const saysSomething = ({ unread, pairs, standsAlone, procedures, sex }: Reading): boolean =>
  unread || pairs.length > 0 || standsAlone || procedures !== undefined || sex !== undefined

function noncovered(
  draft: ArticleDraft,
  diagnoses: Diagnoses,
  reviewOf: ReviewOf,
): { excluded: CodeList | undefined; denies: boolean; unread: number[] } {
  const numbers = new Set([...draft.noncovered.keys(), ...draft.texts.of('noncovered').keys()])
  const excluded: CodeList[] = []
  const unread: number[] = []
  let denies = false
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const reading = draft.texts.get({ place: 'noncovered', number }) ?? nothingSaid
    const group = draft.noncovered.get(number)
    const review = reviewOf({ place: 'noncovered', number }, reading.hash)
    if (reading.unread && review === undefined) unread.push(number)
    else {
      if (group?.placeholder === true || reading.deniesOthers) denies = true
      if (group !== undefined && group.codes.length > 0) excluded.push(diagnoses.listOf(group.codes))
    }
  }
  return {
    excluded: excluded.length === 0 ? undefined : diagnoses.union(excluded),
    denies: denies && unread.length === 0,
    unread,
  }
}

/** Texts around the lists that may bind every diagnosis to a condition. */
function aroundRules(draft: ArticleDraft, all: ReadonlySet<string>, reviewOf: ReviewOf): Rule[] {
  const information = draft.texts.get({ place: 'information' })
  const informationRead =
    information === undefined ||
    reviewOf({ place: 'information' }, information.hash) !== undefined ||
    !information.unread
  const bodyRead = reviewOf({ place: 'body' }, draft.body.hash) !== undefined || !draft.body.conditions
  return [
    ...(informationRead
      ? []
      : reviewRules(
          'additional-information',
          'diagnosis',
          all,
          'The additional information on diagnoses has not been turned into a rule.',
          'Additional ICD-10 information',
        )),
    ...(bodyRead
      ? []
      : reviewRules(
          'article-text',
          'diagnosis',
          all,
          'The text of the article seems to bind diagnoses to each other or to an order; it has not been turned into a rule.',
          'Article text',
        )),
  ]
}

/** An article without a list of diagnoses that support: no restriction only where nothing else can hold one. */
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

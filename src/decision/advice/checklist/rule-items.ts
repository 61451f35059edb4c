import { cite } from '../../explain/citation.js'
import { sentenceOf } from '../../explain/sentences/sentence.js'
import type { PolicyView } from '../../shapes/view.js'
import { evaluate } from '../../conditions/evaluate.js'
import type { Expression } from '../../shapes/expression.js'
import type { DocumentationAnswer } from '../../shapes/answers.js'
import type { Facts } from '../../facts/facts.js'
import { factInWords } from '../../facts/missing-facts.js'
import type { ExclusionBasis, Rule, RuleOfKind } from '../../shapes/rule.js'
import { unusable, type EvaluatedProvision } from '../../questions/evaluate-applicable.js'
import type { ProvisionOf } from '../../applicable/provision.js'
import { count, describe, listed } from '../../explain/wording.js'
import type { ChecklistItem } from './answer.js'
import type { Citations } from './citations.js'
import { listsOf } from './diagnosis-lists.js'
import { limitInWords, loadingInWords } from './limit-in-words.js'

type Particulars = Partial<Pick<ChecklistItem, 'standing' | 'text' | 'label' | 'points' | 'lists'>>

/** A line of the page for what one provision says; `reason` is what it says of a table row that only this request meets. */
export function itemOf(
  provision: EvaluatedProvision['provision'],
  reason: string,
  facts: Facts,
  citations: Citations,
): ChecklistItem {
  const depends =
    provision.missingScope === undefined || provision.missingScope.length === 0
      ? {}
      : {
          dependsOn: `Whether it speaks here depends on: ${provision.missingScope.map(factInWords).join(', ')}.`,
        }
  const item = { standing: 'rule' as const, points: [], lists: [], ...depends }
  if (provision.type === 'rule')
    return {
      ...item,
      ...ruleItem(provision, facts),
      citationPointers: [citations.pointerTo(cite(provision.origin, provision.rule))],
    }
  if (provision.type === 'unusable') return { ...item, ...unusableItem(provision, citations, facts.view) }
  if (provision.type === 'unit-limit')
    return {
      ...item,
      text: unitsInWords(provision.row, `${facts.line.code}`),
      citationPointers: [
        citations.pointerTo(
          cite(
            provision.origin,
            undefined,
            `MUE ${provision.row.maximum}, MAI ${provision.row.adjudicationIndicator}, ${provision.edition.setting}`,
          ),
        ),
      ],
    }
  return { ...item, text: reason, citationPointers: [citations.pointerTo(cite(provision.origin))] }
}

/** A table of which the kind of claim is not given can be used; a text that is too old, or not that of the date, cannot. */
function unusableItem(
  provision: ProvisionOf<'unusable'>,
  citations: Citations,
  view: PolicyView,
): Pick<ChecklistItem, 'standing' | 'text' | 'citationPointers'> {
  const isUsable = provision.reasonCode === 'claim-type-not-given'
  const reason = sentenceOf(unusable(provision).reason, view)
  return {
    standing: 'undecided',
    text: isUsable ? reason : `${reason} Read the document that is in force, or ask the payer.`,
    citationPointers: [citations.pointerTo(cite(provision.origin), isUsable)],
  }
}

function ruleItem({ rule }: ProvisionOf<'rule'>, facts: Facts): Particulars & { text: string } {
  // A condition that is known to hold here needs no words; one that is known not to hold is not evaluated at all.
  const when =
    rule.when === undefined || evaluate(rule.when, facts).truth === 'true'
      ? {}
      : { when: describe(rule.when, facts.view) }
  return {
    text: rule.statement,
    ...when,
    ...(rule.interpretation === undefined ? {} : { reading: rule.interpretation }),
    ...particulars(rule, facts),
  }
}

function particulars(rule: Rule, facts: Facts): Particulars {
  const words = (condition: Expression): string => describe(condition, facts.view)
  switch (rule.kind) {
    case 'prior-authorization':
      return { points: casesInWords(rule, words) }
    case 'coverage-exclusion':
      return {
        label: exclusionLabels[rule.basis],
      }
    case 'diagnosis':
      return { points: diagnosisInWords(rule, words), lists: listsOf(rule, facts.view) }
    case 'documentation':
      return { label: purposes[rule.purpose], points: criteriaInWords(rule.criteria, words) }
    case 'frequency':
      return { points: scheduleInWords(rule, words) }
    case 'units':
      return { points: [unitsInWords(rule, facts.line.code)] }
    case 'claim-line':
      return {
        text: rule.remedy,
        label: rule.effect === 'reject' ? 'Rejected without it' : 'Advice',
        points: [`Asked for: ${words(rule.requires)}.`],
      }
    case 'review':
      return { standing: 'undecided', label: 'Not turned into a rule: read the text' }
  }
}

const purposes: Record<DocumentationAnswer['purpose'], string> = {
  'decides-necessity': 'Decides coverage',
  'with-pa': 'Goes with a request for authorization',
  'with-claim': 'Goes with the claim',
  retain: 'Keep in the record',
}

const asked = {
  required: 'Required',
  'not-required': 'Not required',
  conditional: 'Voluntary program',
} as const
const without = {
  denial: 'the claim is denied',
  'prepayment-review': 'the claim is reviewed before it is paid',
  penalty: 'the payment is reduced',
  unknown: 'the document does not say what follows',
} as const

function casesInWords(
  { cases, decisionTime, retroactiveDays, urgentException }: RuleOfKind<'prior-authorization'>,
  words: (condition: Expression) => string,
): string[] {
  const several = cases.length > 1
  return [
    ...cases.map(
      ({ when, requirement, consequence }) =>
        `${asked[requirement]}${when === undefined ? (several ? ' otherwise' : '') : `: ${words(when)}`}.${consequence === undefined ? '' : ` Without it: ${without[consequence]}.`}`,
    ),
    ...(decisionTime === undefined
      ? []
      : [
          `A decision may take ${count(decisionTime.days, `${decisionTime.dayType} day`, `${decisionTime.dayType} days`)}.`,
        ]),
    ...(retroactiveDays === undefined
      ? []
      : [`It may still be asked for within ${count(retroactiveDays, 'day', 'days')} after the service.`]),
    ...(urgentException === undefined ? [] : [`Urgent services: ${urgentException}`]),
  ]
}

function diagnosisInWords(
  { supports, excluded, others }: RuleOfKind<'diagnosis'>,
  words: (condition: Expression) => string,
): string[] {
  const isOneList =
    supports !== undefined && 'diagnosis' in supports && supports.diagnosis.position === undefined
  return [
    ...(supports === undefined || isOneList ? [] : [`Supported by: ${words(supports)}.`]),
    ...(supports === undefined && excluded === undefined ? ['Every diagnosis supports it.'] : []),
    ...(supports === undefined
      ? []
      : [
          others === 'deny'
            ? 'A diagnosis that is not listed is denied.'
            : 'Of a diagnosis that is not listed it says nothing: ask the payer.',
        ]),
  ]
}

const exclusionLabels: Readonly<Record<ExclusionBasis, string>> = {
  statutory: 'Not covered (excluded by law)',
  'benefit-category': 'Not covered (not in this benefit)',
  'reasonable-and-necessary': 'Not covered (not reasonable and necessary)',
  'not-stated': 'Not covered (the source does not say why)',
}

function criteriaInWords(criteria: Expression, words: (condition: Expression) => string): string[] {
  if ('all' in criteria) return criteria.all.flatMap((part) => criteriaInWords(part, words))
  return [sentence(words(criteria))]
}

function scheduleInWords(
  {
    limits,
    phases,
    loading,
    counting,
    countsTogether,
    exemptWhen,
    onExceed,
    curableBy = [],
  }: RuleOfKind<'frequency'>,
  words: (condition: Expression) => string,
): string[] {
  const all = (some: NonNullable<typeof limits>): string =>
    some.length === 0
      ? 'no limit in numbers'
      : listed(
          some.map((limit) => limitInWords(limit, counting)),
          'and',
        )
  return [
    ...(limits === undefined ? [] : [sentence(all(limits))]),
    ...(phases ?? []).map((entry) => sentence(`${entry.phase}: ${all(entry.limits)}`)),
    ...(loading === undefined ? [] : [sentence(loadingInWords(loading))]),
    ...(countsTogether === undefined ? [] : [`Counted together: ${countsTogether.join(', ')}.`]),
    ...(exemptWhen === undefined ? [] : [`No limit for: ${words(exemptWhen)}.`]),
    ...(onExceed === 'medical-review'
      ? ['More than that is judged by the payer on records: hold the reason and the results ready.']
      : []),
    ...(curableBy.includes('authorization') ? ['More than that needs an authorization.'] : []),
  ]
}

const indicators: Readonly<Record<number, string>> = {
  1: 'per claim line (MAI 1)',
  2: 'per day, absolute (MAI 2)',
  3: 'per day, all lines added; reviewable on records (MAI 3)',
}

function unitsInWords(
  { maximum, adjudicationIndicator }: { readonly maximum: number; readonly adjudicationIndicator: number },
  code: string,
): string {
  return maximum === 0
    ? `${code} is not payable in this setting: 0 units.`
    : `At most ${count(maximum, 'unit', 'units')} of ${code} ${indicators[adjudicationIndicator] ?? ''}.`
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

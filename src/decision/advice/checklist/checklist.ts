import { decide } from '../../decide.js'
import { engineVersion } from '../../engine-version.js'
import { missingOf } from '../../explain/missing.js'
import { notEvaluatedInWords, notEvaluatedOf } from '../../explain/not-evaluated.js'
import { sentenceOf } from '../../explain/sentences/sentence.js'
import type { Facts } from '../../facts/facts.js'
import type { LineVerdict } from '../../verdict/verdict.js'
import { inRange } from '../../shapes/plain-date.js'
import type { Plan } from '../../shapes/policy.js'
import { applicableRules } from '../../applicable/applicable-rules.js'
import type { PolicyView } from '../../shapes/view.js'
import type { Checklist, ChecklistCitation } from './answer.js'
import { citationsOn } from './citations.js'
import { outlineOf } from './outline.js'
import type { ChecklistRequest } from './request.js'
import { sectionsOf, sectionsWithoutPlan } from './sections.js'

/**
 * What a plan asks for a procedure on a date, on one page: which rules speak and what they say is read where a check reads it. With
 * `outline`, also an outline of the clinical justification from the given facts. Pure and total, like a check.
 */
export function checklistFor(
  request: ChecklistRequest,
  view: PolicyView,
  { outline }: { readonly outline: boolean },
): Checklist {
  const { choice, lines } = decide(request, view)
  const [line] = lines as [LineVerdict]
  const { facts } = line
  const citations = citationsOn(facts.line.date)
  const sections =
    choice.type === 'no-plan'
      ? sectionsWithoutPlan(sentenceOf(choice.reason, view))
      : sectionsOf({ applicable: applicableRules(choice.plan, facts), facts, line, citations })
  const justification = outline ? { justification: outlineOf(request, facts, line, citations) } : {}
  const all = citations.all()
  return {
    policyRevision: view.policyRevision,
    engineVersion,
    ...planParts(choice.plan),
    ...lineParts(request, facts),
    requirement: line.answers['prior-authorization'].answer.requirement,
    warnings: warningsFor(all),
    sections,
    ...justification,
    infoNeeded: missingOf(line)
      .filter(({ fact }) => decidesWhoSpeaks.has(fact))
      .filter((one, at, every) => every.findIndex((other) => other.fact === one.fact) === at),
    notEvaluated: notEvaluatedOf(line, choice.type === 'plan' ? choice.plan : undefined).map((one) => ({
      code: one.code,
      text: notEvaluatedInWords(one),
    })),
    citations: all,
  }
}

// Other facts decide what a rule says of a patient, which a page for the wall leaves open.
const decidesWhoSpeaks = new Set(['planId', 'claimType', 'state', 'contractorNumber'])

function planParts(plan: Plan | undefined): Pick<Checklist, 'planId' | 'planName' | 'planNote'> {
  return plan === undefined
    ? {}
    : {
        planId: plan.planId,
        planName: plan.name,
        ...(plan.note === undefined ? {} : { planNote: plan.note }),
      }
}

function lineParts(
  { coverage, claimType }: ChecklistRequest,
  { line, view }: Facts,
): Pick<
  Checklist,
  | 'procedureCode'
  | 'procedureTitle'
  | 'dateOfService'
  | 'claimType'
  | 'state'
  | 'contractorNumber'
  | 'placeOfService'
> {
  const title = view
    .codeTable('hcpcs')
    ?.on(line.code, line.date)
    .rows(line.code)
    .find((row) => inRange(line.date, row))?.title
  const { placeOfService } = line.sent
  const { state, contractorNumber } = coverage
  return {
    procedureCode: line.code,
    ...(title === undefined ? {} : { procedureTitle: title }),
    dateOfService: line.date,
    ...(claimType === undefined ? {} : { claimType }),
    ...(state === undefined ? {} : { state: state.toUpperCase() }),
    ...(contractorNumber === undefined ? {} : { contractorNumber }),
    ...(placeOfService === undefined ? {} : { placeOfService }),
  }
}

function warningsFor(citations: readonly ChecklistCitation[]): string[] {
  const numbers = (mark: ChecklistCitation['marks'][number]): string =>
    citations
      .filter((one) => one.marks.includes(mark))
      .map((one) => `[${one.number}]`)
      .join(' ')
  const [fictional, secondary, behind, stale] = [
    numbers('fictional-source'),
    numbers('secondary-source'),
    numbers('edition-behind'),
    numbers('not-usable'),
  ]
  return [
    ...(fictional === ''
      ? []
      : [
          `Fictional: the documents ${fictional} are those of a sandbox payer. Do not use this page for a patient.`,
        ]),
    ...(secondary === ''
      ? []
      : [`Not read at the publisher itself: ${secondary}. Confirm it with the payer before you rely on it.`]),
    ...(behind === '' ? [] : [`Older than the date of service: ${behind}. Look for a newer edition.`]),
    ...(stale === '' ? [] : [`Too old to be used for the date of service: ${stale}.`]),
  ]
}

import { collect } from '../collect.js'
import { engineVersion } from '../engine-version.js'
import { dayOfModifiers, infoNeeded } from '../facts/missing-facts.js'
import type { Facts, LineFacts } from '../facts/facts.js'
import { sharesDay } from '../facts/procedure-pair-parts.js'
import { noticesFor } from '../notices/notices.js'
import type { Decision, LineDetermination } from '../shapes/determination.js'
import type { InfoNeeded } from '../shapes/finding.js'
import type { Plan } from '../shapes/policy.js'
import { questions, type Outcome, type Question } from '../shapes/statuses.js'
import type { LineVerdict, Verdict } from '../verdict/verdict.js'
import { answersInWords } from './answers.js'
import { coverageInformation } from './coverage-information.js'
import { findingInWords, findingsOf } from './findings.js'
import { inOrder, stepsFor, type PressingStep } from './next-steps.js'
import { notEvaluated } from './not-evaluated.js'
import { sentenceOf } from './sentences/sentence.js'

/** A line in words, with its steps in no order yet. */
interface ExplainedLine {
  readonly line: LineDetermination
  readonly steps: readonly PressingStep[]
}

/** Makes words, citations and steps of a verdict. Pure and total, like deciding. */
export function explain({ facts, choice, outcome, lines }: Verdict): Decision {
  const { sent, view } = facts
  const plan = choice.type === 'plan' ? choice.plan : undefined
  const explained = lines.map((line) => explainLine(line, plan))
  return {
    policyRevision: view.policyRevision,
    engineVersion,
    ...(choice.plan === undefined ? {} : { planId: choice.plan.planId }),
    ...(sent.claimType === undefined ? {} : { claimType: sent.claimType }),
    outcome,
    nextSteps: inOrder(
      collect(explained, ({ steps }) => steps),
      outcome,
    ),
    lines: explained.map(({ line }) => line),
  }
}

/** Makes words, citations and steps of one line; `plan` is the one that answers, undefined where none does. */
function explainLine(verdict: LineVerdict, plan: Plan | undefined): ExplainedLine {
  const { facts, answers, outcome, behind, hasAllExclusions } = verdict
  const { view } = facts
  const { sent, lineNumber } = facts.line
  const inWords = answersInWords(answers, view)
  const notices = noticesFor(plan, facts, inWords, answers['medical-necessity'].objections)
  const parts = {
    lineNumber,
    procedureCode: sent.procedureCode,
    dateOfService: sent.dateOfService,
    ...inWords,
    findings: findingsOf(verdict).map((finding) => findingInWords(finding, view)),
    infoNeeded: missingOf(verdict),
    notEvaluated: notEvaluated(facts, behind, {
      exclusions: hasAllExclusions,
      ...answers['claim-line'].checked,
    }),
    ...(notices.length === 0 ? {} : { notices }),
  }
  return {
    line: inReadingOrder(parts, outcome),
    steps: stepsFor(parts, {
      advice: answers['claim-line'].advice.map((reason) => sentenceOf(reason, view)),
      withAuthorization: answers.documentation.withAuthorization.map((reason) => sentenceOf(reason, view)),
      behind: behind.map(({ source }) => source),
    }),
  }
}

/** What each question misses, in the order of the questions. */
function missingOf({ answers, facts }: LineVerdict): InfoNeeded[] {
  return collect(questions, (question) =>
    [...answers[question].missing]
      .sort()
      .map((fact) => infoNeeded(fact, question, lineLacking(fact, question, facts)?.index)),
  )
}

/**
 * The line that misses a fact: this one; or where this one gives it, one of the same day that it was compared with (pairs: another
 * code, units: the same one; conditions on other lines: either) and that does not. Undefined where the history misses it.
 */
function lineLacking(fact: string, question: Question, { line, lines }: Facts): LineFacts | undefined {
  const day = dayOfModifiers(fact)
  if (day !== undefined)
    return [line, ...lines].find((one) => one.modifiers.notGiven && one.date <= day && day <= one.end)
  const lacks = (one: LineFacts): boolean =>
    fact === 'modifiers' ? one.modifiers.notGiven : fact === 'provider.npi' && one.npi === undefined
  if (lacks(line)) return line
  const lacking = lines.filter((other) => lacks(other) && sharesDay(other, line))
  const sameCode = question === 'units'
  return lacking.find((other) => (other.code === line.code) === sameCode) ?? lacking[0] ?? line
}

/** What presses comes first. Named one by one, since the order of the fields is the order in which the answer is read. */
function inReadingOrder(
  parts: Omit<LineDetermination, 'outcome' | 'coverageInformation'>,
  outcome: Outcome,
): LineDetermination {
  return {
    lineNumber: parts.lineNumber,
    procedureCode: parts.procedureCode,
    dateOfService: parts.dateOfService,
    outcome,
    priorAuthorization: parts.priorAuthorization,
    medicalNecessity: parts.medicalNecessity,
    frequency: parts.frequency,
    units: parts.units,
    claimLine: parts.claimLine,
    codeValidity: parts.codeValidity,
    documentation: parts.documentation,
    ...(parts.notices === undefined ? {} : { notices: parts.notices }),
    findings: parts.findings,
    infoNeeded: parts.infoNeeded,
    notEvaluated: parts.notEvaluated,
    coverageInformation: coverageInformation(parts),
  }
}

import { collect } from '../collect.js'
import { engineVersion } from '../engine-version.js'
import { noticesFor } from '../notices/notices.js'
import { noticeInWords } from './notices.js'
import type { Decision, LineDetermination } from '../shapes/determination.js'
import type { Plan } from '../shapes/policy.js'
import type { Question } from '../shapes/statuses.js'
import type { LineVerdict, Verdict } from '../verdict/verdict.js'
import { behindToTell } from './behind.js'
import {
  briefAnswers,
  documentationByRule,
  fullAnswers,
  type AnswersOfLine,
  type Writing,
} from './answers.js'
import { coverageInformation } from './coverage-information.js'
import { findingInWords, findingsTold } from './findings.js'
import { headlineOf, headlineOfLine } from './headline.js'
import { missingOf } from './missing.js'
import { inOrder, stepsFor } from './next-steps.js'
import { notEvaluatedOf } from './not-evaluated.js'
import { nothingSaid } from './said.js'
import { sentenceOf } from './sentences/sentence.js'
import { idsOf, sourcesFrom, type Sources } from './sources.js'
import { askedBy, type Asked, type FullLine, type View } from './views.js'

/** An answer in full: the parts that the summary leaves out are there. */
export type FullDecision = Omit<Decision, 'lines'> &
  Required<Pick<Decision, 'engineVersion' | 'sources'>> & { lines: FullLine[] }

const mostStepsOfSummary = 5

/** Makes the words of a view of a verdict. Pure and total, like deciding. */
export function explain(verdict: Verdict, view: View, asked: Asked = askedBy('authorization')): Decision {
  return view === 'full' ? explainInFull(verdict, asked) : summarize(verdict, asked)
}

/**
 * Outcome, headlines, statuses, dates and the first steps: what a front desk reads. INVARIANT: it is the full answer without its optional
 * parts (test/decision/views.test.ts).
 */
export function summarize(verdict: Verdict, asked: Asked = askedBy('authorization')): Decision {
  const { facts, outcome, lines } = verdict
  const steps = stepsOf(verdict, asked)
  return {
    policyRevision: facts.view.policyRevision,
    ...(asked.isWhole ? { outcome } : {}),
    headline: headlineOf(verdict, asked),
    nextSteps: steps.slice(0, mostStepsOfSummary),
    moreSteps: Math.max(0, steps.length - mostStepsOfSummary),
    lines: lines.map((line) => briefLine(line, asked)),
    sourcesBehind: idsOf(collect(lines, (line) => behindToTell(line, asked))),
  } as Decision
}

/** Everything: reasons, findings with their rules and facts, sources, notices, and what was not checked. */
export function explainInFull(verdict: Verdict, asked: Asked = askedBy('authorization')): FullDecision {
  const { facts, choice, outcome, lines } = verdict
  const { sent, view } = facts
  const plan = choice.type === 'plan' ? choice.plan : undefined
  const behind = collect(lines, (line) => behindToTell(line, asked))
  const sources = sourcesFrom(behind)
  const inFull = lines.map((line) => fullLine(line, { asked, plan, sources }))
  const sourcesBehind = [...new Set(behind.map((read) => sources.citeRead(read).source))]
  return {
    policyRevision: view.policyRevision,
    engineVersion,
    ...(choice.plan === undefined ? {} : { planId: choice.plan.planId }),
    ...(sent.claimType === undefined ? {} : { claimType: sent.claimType }),
    ...(asked.isWhole ? { outcome } : {}),
    headline: headlineOf(verdict, asked),
    nextSteps: stepsOf(verdict, asked),
    moreSteps: 0,
    lines: inFull,
    sources: sources.all(),
    sourcesBehind,
  } as FullDecision
}

function stepsOf({ choice, lines, outcome }: Verdict, { questions, isWhole }: Asked): Decision['nextSteps'] {
  const plan = choice.type === 'plan' ? choice.plan : undefined
  const steps = collect(lines, (line) => stepsFor(line, plan))
  return isWhole
    ? inOrder(steps, outcome)
    : inOrder(
        steps.filter(({ question }) => questions.includes(question)),
        'indeterminate',
      )
}

/** Fields in the order in which an answer is read: what presses comes first. */
function heading({ facts, outcome }: LineVerdict, { isWhole }: Asked): Partial<LineDetermination> {
  const { lineNumber, sent } = facts.line
  return {
    lineNumber,
    procedureCode: sent.procedureCode,
    dateOfService: sent.dateOfService,
    ...(isWhole ? { outcome } : {}),
  }
}

function briefLine(line: LineVerdict, asked: Asked): LineDetermination {
  const { dateOfService: _date, ...head } = heading(line, asked)
  const answers: Partial<AnswersOfLine> = {}
  for (const name of asked.answers) assign(answers, name, briefAnswers[name](line.answers))
  return {
    ...head,
    headline: headlineOfLine(line, asked),
    ...answers,
    gaps: [],
  } as unknown as LineDetermination
}

function fullLine(
  line: LineVerdict,
  {
    asked,
    plan,
    sources,
  }: { readonly asked: Asked; readonly plan: Plan | undefined; readonly sources: Sources },
): FullLine {
  const { facts, answers } = line
  const { view } = facts
  const said = nothingSaid()
  const found = findingsTold(line, asked.questions)
  const sentences = found.map(({ reason }) => sentenceOf(reason, view))
  const positions = (question: Question, sentence: string): number[] =>
    found.flatMap((finding, at) =>
      finding.question === question && sentence.includes(sentences[at] ?? '') ? [at] : [],
    )
  const writing: Writing = { view, sources, said, positions }
  const inFull: Partial<AnswersOfLine> = {}
  for (const name of asked.answers) assign(inFull, name, fullAnswers[name](answers, writing))
  const notices = asked.isWhole ? noticesFor(plan, line).map((one) => noticeInWords(one, sources)) : []
  const infoNeeded = missingOf(line, asked.questions).map(({ fact, pointer, question }) => ({
    fact,
    pointer,
    question,
  }))
  return {
    ...heading(line, asked),
    headline: headlineOfLine(line, asked),
    ...inFull,
    gaps: [],
    documentation: asked.questions.includes('documentation') ? documentationByRule(line, sources) : [],
    ...(notices.length === 0 ? {} : { notices }),
    findings: found.map((finding) => findingInWords(finding, writing)),
    infoNeeded,
    notEvaluated: notEvaluatedOf(line, plan),
    ...(asked.isWhole ? { coverageInformation: coverageInformation(line) } : {}),
  } as unknown as FullLine
}

function assign<A extends keyof AnswersOfLine>(
  answers: Partial<AnswersOfLine>,
  name: A,
  answer: AnswersOfLine[A],
): void {
  answers[name] = answer
}

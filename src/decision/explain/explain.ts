import type { Draft } from '../draft.js'
import type { Reason } from '../reasons/reason.js'
import type { PolicyView } from '../shapes/view.js'
import type { FindingVerdict } from '../verdict/finding.js'
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
  const answer = { policyRevision: facts.view.policyRevision } as Draft<Decision>
  if (asked.isWhole) answer.outcome = outcome
  answer.headline = headlineOf(verdict, asked)
  answer.nextSteps = steps.slice(0, mostStepsOfSummary)
  answer.moreSteps = Math.max(0, steps.length - mostStepsOfSummary)
  answer.lines = lines.map((line) => briefLine(line, asked))
  answer.sourcesBehind = idsOf(collect(lines, (line) => behindToTell(line, asked)))
  return answer
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
  const answer = { policyRevision: view.policyRevision, engineVersion } as Draft<FullDecision>
  if (choice.plan !== undefined) answer.planId = choice.plan.planId
  if (sent.claimType !== undefined) answer.claimType = sent.claimType
  if (asked.isWhole) answer.outcome = outcome
  answer.headline = headlineOf(verdict, asked)
  answer.nextSteps = stepsOf(verdict, asked)
  answer.moreSteps = 0
  answer.lines = inFull
  answer.sources = sources.all()
  answer.sourcesBehind = sourcesBehind
  return answer
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

/** Fields in the order in which an answer is read: what presses comes first. The answers take their place when they are added. */
type LineDraft = Partial<Draft<FullLine>>

function briefLine(line: LineVerdict, asked: Asked): LineDetermination {
  const { lineNumber, sent } = line.facts.line
  const brief: LineDraft = { lineNumber, procedureCode: sent.procedureCode }
  if (asked.isWhole) brief.outcome = line.outcome
  brief.headline = headlineOfLine(line, asked)
  for (const name of asked.answers) assign(brief, name, briefAnswers[name](line.answers))
  brief.gaps = []
  return brief as LineDetermination
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
  const found = findingsTold(line, asked.questions)
  const writing = writingFor(found, facts.view, sources)
  const { lineNumber, sent } = facts.line
  const full: LineDraft = { lineNumber, procedureCode: sent.procedureCode, dateOfService: sent.dateOfService }
  if (asked.isWhole) full.outcome = line.outcome
  full.headline = headlineOfLine(line, asked)
  for (const name of asked.answers) assign(full, name, fullAnswers[name](answers, writing))
  full.gaps = []
  const notices = asked.isWhole ? noticesFor(plan, line).map((one) => noticeInWords(one, sources)) : []
  full.documentation = asked.questions.includes('documentation') ? documentationByRule(line, sources) : []
  if (notices.length > 0) full.notices = notices
  full.findings = found.map((finding) => findingInWords(finding, writing))
  full.infoNeeded = missingOf(line, asked.questions).map(({ fact, pointer, question }) => ({
    fact,
    pointer,
    question,
  }))
  full.notEvaluated = notEvaluatedOf(line, plan)
  if (asked.isWhole) full.coverageInformation = coverageInformation(line)
  return full as FullLine
}

/** What the answers and findings of a line are written with. Each sentence is made once. */
function writingFor(found: readonly FindingVerdict[], view: PolicyView, sources: Sources): Writing {
  const made = new Map<Reason, string>()
  const tell = (reason: Reason): string => {
    const known = made.get(reason) ?? sentenceOf(reason, view)
    made.set(reason, known)
    return known
  }
  const sentences = found.map(({ reason }) => tell(reason))
  const positions = (question: Question, sentence: string): number[] => {
    const all: number[] = []
    for (const [at, finding] of found.entries())
      if (finding.question === question && sentence.includes(sentences[at] ?? '')) all.push(at)
    return all
  }
  return { sentence: tell, sources, said: nothingSaid(), positions }
}

function assign<A extends keyof AnswersOfLine>(
  answers: Partial<Draft<AnswersOfLine>>,
  name: A,
  answer: AnswersOfLine[A],
): void {
  answers[name] = answer
}

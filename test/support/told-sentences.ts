import { findingsOf } from '../../src/decision/explain/findings.js'
import { explain } from '../../src/decision/explain/explain.js'
import { remediesOf } from '../../src/decision/explain/sentences/remedies.js'
import { sentenceOf } from '../../src/decision/explain/sentences/sentence.js'
import { askedBy, checkKinds, views } from '../../src/decision/explain/views.js'
import type { Reason } from '../../src/decision/reasons/reason.js'
import type { Decision, LineDetermination } from '../../src/decision/shapes/determination.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { documentName, documentTitle, type Source } from '../../src/decision/shapes/source.js'
import { questions } from '../../src/decision/shapes/statuses.js'
import type { LineVerdict, Verdict } from '../../src/decision/verdict/verdict.js'
import { gapInWords, notCheckedInWords } from '../../src/rendering/pages/answer-words.js'
import { sentencesIn } from './plain-sentences.js'

/** A sentence of an answer, and the part that says it. */
export interface Told {
  readonly part: string
  readonly sentence: string
}

/** Every sentence that the answers to a check say, in each view and of each kind: what documents say (`sources`) is theirs. */
export function sentencesToldBy(verdict: Verdict): Told[] {
  const told = new Map<string, Told>()
  const tell = (part: string, text: string | undefined): void => {
    for (const sentence of sentencesIn(text ?? '').filter((one) => one !== ''))
      told.set(`${part} ${sentence}`, { part, sentence })
  }
  for (const kind of checkKinds)
    for (const view of views) tellAnswer(explain(verdict, view, askedBy(kind)), tell)
  // The answer says no sentence twice; here each reason is looked at as a whole.
  for (const line of verdict.lines)
    for (const reason of reasonsOf(line)) {
      tell(`reason ${reason.code}`, sentenceOf(reason, line.facts.view))
      for (const remedy of remediesOf(reason)) tell(`remedy ${reason.code}`, remedy)
    }
  return [...told.values()]
}

type Tell = (part: string, text: string | undefined) => void

function tellAnswer({ headline, nextSteps, lines }: Decision, tell: Tell): void {
  tell('headline', headline)
  for (const { code, text, questions: asked = [] } of nextSteps) {
    tell(`step ${code}`, text)
    for (const question of asked) tell(`question ${question.question}`, question.text)
  }
  for (const line of lines) tellLine(line, tell)
}

function tellLine(line: LineDetermination, tell: Tell): void {
  tell('headline', line.headline)
  for (const [part, answer] of Object.entries(line))
    if (typeof answer === 'object' && 'reasonCode' in answer) {
      const { reason, calculation } = answer as { reason?: string; calculation?: string }
      tell(part, reason)
      tell(`${part} calculation`, calculation)
    }
  for (const { reason } of line.codeValidity?.codes ?? []) tell('code', reason)
  for (const { reason } of line.findings ?? []) tell('finding', reason)
  for (const { modifiers } of line.notices ?? []) for (const { when } of modifiers) tell('notice', when)
  for (const gap of line.gaps) tell('gap', gapInWords(gap))
  for (const one of line.notEvaluated ?? []) tell('not evaluated', notCheckedInWords(one))
}

/** The reasons of a line: of each question, of each code and of each finding. */
export function reasonsOf(line: LineVerdict): Reason[] {
  return [
    ...questions.flatMap((question): Reason[] => {
      const { answer } = line.answers[question]
      return 'reason' in answer ? [answer.reason as Reason] : []
    }),
    ...line.answers['code-validity'].answer.codes.map(({ reason }) => reason),
    ...findingsOf(line).map(({ reason }) => reason),
  ]
}

/** Sentences that a policy content says itself and an answer quotes: remedies, conditions and rationales. */
export function quotesOf({ policies }: PolicyContent): ReadonlySet<string> {
  const quotes = new Set<string>()
  for (const rule of policies.flatMap(({ versions }) => versions.flatMap(({ rules }) => rules))) {
    if (rule.kind === 'claim-line') for (const one of sentencesIn(rule.remedy)) quotes.add(one)
    if (rule.kind === 'diagnosis')
      for (const { note } of rule.conditionalCodes ?? []) for (const one of sentencesIn(note)) quotes.add(one)
  }
  return quotes
}

/** The names that a policy content gives to documents, plans and code sets; long ones first. */
export function namesOf(content: PolicyContent): string[] {
  const sources: Source[] = [
    ...content.policies.flatMap(({ versions }) => versions.map(({ source }) => source)),
    ...content.policySets.flatMap(({ completeness = [] }) => completeness.map(({ source }) => source)),
    ...[...content.unitLimits, ...content.procedurePairs, ...content.ndcEditions, ...content.codeTables].map(
      ({ source }) => source,
    ),
  ]
  const names = [
    ...sources.flatMap((source) => [documentName(source), documentTitle(source), source.title]),
    ...content.plans.flatMap(({ planId, name }) => [planId, name]),
    ...content.codeSets.map(({ title }) => title),
  ]
  return [...new Set(names)].sort((a, b) => b.length - a.length)
}

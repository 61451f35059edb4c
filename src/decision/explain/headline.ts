import { factInWords } from '../facts/missing-facts.js'
import { codeOf, type Reason } from '../reasons/reason.js'
import { displayDiagnosis } from '../shapes/codes.js'
import { documentName, type Source } from '../shapes/source.js'
import type { Outcome, Question, Requirement } from '../shapes/statuses.js'
import { union } from '../shapes/truth.js'
import { mostPressing } from '../shapes/outcome.js'
import type { LineAnswers, LineVerdict, Verdict } from '../verdict/verdict.js'
import { diagnosesInWords } from './diagnoses.js'
import { failingFinding, kindOf } from './findings.js'
import type { Asked } from './views.js'
import { capitalized, listed } from './wording.js'

const mostCharacters = 160

/** The headline of an answer: that of its line, or how many lines come to the most pressing outcome and what the first of them says. */
export function headlineOf({ lines }: Verdict, asked: Asked): string {
  const [only] = lines
  if (only !== undefined && lines.length === 1) return headlineOfLine(only, asked)
  const pressing = lines.map((line) => outcomeOf(line, asked))
  const most = mostPressing(pressing)
  const first = lines[pressing.indexOf(most)]
  const n = pressing.filter((outcome) => outcome === most).length
  const all = `${howMany(n, lines.length)} lines ${ofLines[most]}.`
  return first === undefined ? all : fitting([all, ...sentencesOf(first, asked)])
}

function howMany(n: number, all: number): string {
  if (n < all) return `${n} of ${all}`
  return all === 2 ? 'Both' : `All ${all}`
}

const ofLines: Record<Outcome, string> = {
  'expect-denial': 'would be denied',
  'obtain-authorization': 'need prior authorization',
  'complete-information': 'need more information',
  indeterminate: 'are not settled',
  'proceed-with-gaps': 'may go ahead, with gaps',
  proceed: 'may go ahead',
}

/** The headline of a line: its outcome and first reason, then prior authorization where there is room. */
export function headlineOfLine(line: LineVerdict, asked: Asked): string {
  return fitting(sentencesOf(line, asked))
}

/** The first sentences that fit, at least one; a sentence is never cut. */
function fitting(sentences: readonly string[]): string {
  let text = ''
  for (const sentence of sentences) {
    const longer = text === '' ? sentence : `${text} ${sentence}`
    if (text !== '' && longer.length > mostCharacters) continue
    text = longer
  }
  return text
}

/** How the questions that were asked press. */
function outcomeOf({ answers, outcome }: LineVerdict, { questions, isWhole }: Asked): Outcome {
  return isWhole ? outcome : mostPressing(questions.map((question) => answers[question].presses))
}

function sentencesOf(line: LineVerdict, asked: Asked): string[] {
  return [...sentences[outcomeOf(line, asked)](line, asked)].filter((one) => one !== '')
}

// An outcome without its sentences does not compile.
const sentences: Record<Outcome, (line: LineVerdict, asked: Asked) => readonly string[]> = {
  'expect-denial': (line, asked) => {
    const [first = '', ...more] = denials(line, asked)
    return [
      `${codeOfLine(line)} would be denied: ${first}.`,
      authorization(line, asked),
      ...more.map(asSentence),
    ]
  },
  'obtain-authorization': (line, asked) => [
    `${codeOfLine(line)} needs prior authorization before the service.`,
    missing(line, asked),
    support(line, asked),
  ],
  'complete-information': (line, asked) => [
    `${codeOfLine(line)} is not settled: ${toComplete(line, asked)}.`,
    authorization(line, asked),
  ],
  indeterminate: (line, asked) => [
    `${codeOfLine(line)} is not settled: ${open(line, asked)}.`,
    authorization(line, asked),
    support(line, asked),
  ],
  'proceed-with-gaps': (line, asked) => [
    `${codeOfLine(line)} may go ahead, with gaps.`,
    authorization(line, asked),
    support(line, asked),
  ],
  proceed: (line, asked) => [
    `${codeOfLine(line)} ${asked.isWhole ? 'may go ahead' : 'passes'}.`,
    authorization(line, asked),
    support(line, asked),
  ],
}

const codeOfLine = ({ facts }: LineVerdict): string => facts.line.code

function asSentence(clause: string): string {
  return `${capitalized(clause)}.`
}

/** What is known to stand in the way, a clause each, in the order in which a biller looks at it. */
function denials(line: LineVerdict, { questions }: Asked): string[] {
  const { answers } = line
  const failing = failingOrder.filter(
    (question) => questions.includes(question) && answers[question].presses === 'expect-denial',
  )
  return failing.flatMap((question) => denialOf[question]?.(line) ?? [])
}

const failingOrder = ['code-validity', 'medical-necessity', 'frequency', 'units', 'claim-line'] as const

const denialOf: Partial<Record<Question, (line: LineVerdict) => string>> = {
  'code-validity': (line) => {
    const [first, ...more] = line.answers['code-validity'].answer.codes.filter(
      ({ status }) => status === 'invalid',
    )
    if (first === undefined) return 'a code of it cannot be billed on that date'
    if (first.reason.code === 'header-code') return `${first.code} is a header, not a billable code`
    return `${first.code} cannot be billed on ${line.facts.line.date}${more.length === 0 ? '' : ', nor can other codes'}`
  },
  'medical-necessity': necessityDenied,
  frequency: ({ answers: { frequency } }) => {
    const { status, nextEligibleDate } = frequency.answer
    const what = status === 'too-soon' ? 'it is too soon' : 'the limit of its schedule is reached'
    return nextEligibleDate === undefined ? what : `${what}; the next date is ${nextEligibleDate}`
  },
  units: ({ answers: { units } }) => {
    const { billedUnits, maximum } = units.answer
    return maximum === undefined || billedUnits === undefined
      ? 'its units are over the limit'
      : maximum === 0
        ? 'no unit of it is payable in this setting'
        : `its units are over the limit of ${maximum}`
  },
  'claim-line': ({ answers }) =>
    codeOf(answers['claim-line'].answer.reason).startsWith('procedure-pair')
      ? 'it is not paid beside another service of the day'
      : (claimFaults[codeOf(answers['claim-line'].answer.reason)] ??
        'the claim line cannot be billed as it is'),
}

const claimFaults: Readonly<Record<string, string>> = {
  'facility-bills-it': 'at this place the facility bills it',
  'not-by-telehealth': 'it cannot be given by telehealth',
  'diagnosis-repeated': 'a diagnosis stands twice on the claim',
  'pointer-repeated': 'the line points twice to one diagnosis',
  'too-many-diagnoses': 'the claim has too many diagnoses',
  'too-many-pointers': 'the line points to too many diagnoses',
  'diagnosis-never-first': 'the first diagnosis may not come first',
  'jw-beside-jz': 'JW and JZ exclude each other',
}

function necessityDenied({ answers, facts }: LineVerdict): string {
  const failing = failingFinding(answers)
  const under = failing === undefined ? '' : ` under ${nameOf(sourceOf(failing))}`
  if (failing === undefined) return 'the policy does not support it'
  const kind = kindOf(failing)
  if (kind === 'coverage-exclusion') return `it is not covered${under}`
  if (kind === 'documentation') return `the record does not show what ${nameOf(sourceOf(failing))} asks for`
  const supported = failing.diagnosis?.listed ?? []
  if (supported.length > 0)
    return `${listed(supported.slice(0, 2).map(displayDiagnosis), 'and')} alone does not support it${under}`
  const several = !('missing' in facts.linkedDiagnoses) && facts.linkedDiagnoses.value.length > 1
  return `${diagnosesInWords(facts)} ${several ? 'do' : 'does'} not support it${under}`
}

function sourceOf({ ground }: NonNullable<ReturnType<typeof failingFinding>>): Source {
  if (ground.type === 'provision') return ground.provision.origin.source
  return ground.type === 'declaration' ? ground.declaration.source : ground.source
}

const longName = 50

/** A document as people call it, without its version; long titles are not told. */
function nameOf(source: Source): string {
  const name = source.documentNumber ?? documentName(source)
  return name.length > longName ? 'the policy' : name
}

const authorizations: Record<Requirement, string> = {
  required: 'It needs prior authorization too.',
  'not-required': 'No prior authorization is needed.',
  satisfied: 'Its prior authorization is on file.',
  conditional: 'Whether prior authorization is needed depends on facts.',
  indeterminate: 'Prior authorization is not settled.',
}

/** Prior authorization in a sentence, where it was asked and the headline does not say it already. */
function authorization({ answers }: LineVerdict, { questions }: Asked): string {
  return questions.includes('prior-authorization')
    ? authorizations[answers['prior-authorization'].answer.requirement]
    : ''
}

/** That the diagnoses support the service, where this is settled. */
function support({ answers }: LineVerdict, { questions }: Asked): string {
  if (!questions.includes('medical-necessity') || answers['medical-necessity'].answer.status !== 'met')
    return ''
  const deciding = answers['medical-necessity'].findings.find(
    (finding) => finding.outcome === 'met' && kindOf(finding) === 'diagnosis',
  )
  const own = deciding?.diagnosis?.listed ?? []
  if (deciding === undefined || own.length === 0) return 'The policy supports it.'
  return `${listed(own.slice(0, 2).map(displayDiagnosis), 'and')} ${own.length === 1 ? 'supports' : 'support'} it under ${nameOf(sourceOf(deciding))}.`
}

const mostFacts = 3

/** The facts that are missing, as a sentence. */
function missing(line: LineVerdict, asked: Asked): string {
  const facts = missingFacts(line, asked)
  return facts.length === 0 ? '' : `Also missing: ${inShort(facts)}.`
}

function missingFacts({ answers }: LineVerdict, { questions }: Asked): string[] {
  return union(...questions.map((question) => answers[question].missing)).map(factInWords)
}

function inShort(facts: readonly string[]): string {
  const more = facts.length - mostFacts
  return more > 0 ? `${facts.slice(0, mostFacts).join(', ')} and ${more} more` : listed(facts, 'and')
}

/** What is to be completed: facts that are missing, or what is known to be wanting. */
function toComplete(line: LineVerdict, asked: Asked): string {
  const facts = missingFacts(line, asked)
  if (facts.length > 0) return shortEnough(facts)
  const pressing = asked.questions.filter((one) => line.answers[one].presses === 'complete-information')
  return listed(
    pressing.map((question) => wanting[question]),
    'and',
  )
}

function shortEnough(facts: readonly string[]): string {
  const named = `it depends on ${inShort(facts)}, which ${facts.length === 1 ? 'is' : 'are'} not given`
  return named.length > 125
    ? `${facts.length === 1 ? 'a fact is' : `${facts.length} facts are`} missing`
    : named
}

const wanting: Record<Question, string> = {
  'prior-authorization': 'look at its prior authorization',
  'medical-necessity': 'look at the diagnoses and the record',
  frequency: 'it is over a limit that is judged on records',
  units: 'look at its units',
  'claim-line': 'the claim line is incomplete',
  'code-validity': 'look at its codes',
  documentation: 'a document is missing',
}

const openQuestions: Record<Question, string> = {
  'prior-authorization': 'prior authorization',
  'medical-necessity': 'coverage',
  frequency: 'the schedule',
  units: 'the units',
  'claim-line': 'the claim line',
  'code-validity': 'a code',
  documentation: 'the record',
}

/** Which questions nobody here can settle. */
function open({ answers }: LineVerdict, { questions }: Asked): string {
  const names = questions
    .filter((question) => answers[question].presses === 'indeterminate')
    .map((question) => openQuestions[question])
  const ways = union(
    questions
      .filter((question) => answers[question].presses === 'indeterminate')
      .flatMap((question) => reasonOf(answers, question)?.code ?? []),
  )
  const asPlan = ways.map((code) => planFaults[code]).find((fault) => fault !== undefined)
  return asPlan ?? `nothing loaded answers ${listed(names, 'and')}`
}

function reasonOf(answers: LineAnswers, question: Question): Reason | undefined {
  const { answer } = answers[question]
  return 'reason' in answer ? (answer.reason as Reason) : undefined
}

const planFaults: Readonly<Record<string, string>> = {
  'plan-not-held': 'no policy is loaded for this plan',
  'payer-not-held': 'no policy is loaded for this payer',
  'plan-payer-mismatch': 'the plan belongs to another payer',
  'claim-type-not-of-plan': 'the plan does not pay this kind of claim',
}

import { factInWords, inWords } from '../../decision/facts/missing-facts.js'
import { count, listed } from '../../decision/explain/wording.js'
import type { CitedRule, CitedSource } from '../../decision/shapes/cited-source.js'
import type {
  Determination,
  LineDetermination,
  NextStep,
  NotEvaluated,
} from '../../decision/shapes/determination.js'
import type { Finding, SourceReference } from '../../decision/shapes/finding.js'
import { authorizationNotes, codeNotes, frequencyNotes, unitsNotes } from './answer-notes.js'
import {
  claimLineWords,
  findingWords,
  frequencyWords,
  gapInWords,
  itemWords,
  liableWords,
  necessityWords,
  notCheckedInWords,
  noticeWords,
  outcomeWords,
  purposeWords,
  questionWords,
  unitsWords,
  validityWords,
} from './answer-words.js'
import {
  dateWords,
  documentWords,
  inForce,
  markWords,
  neutralNote,
  requirementWords,
} from './document-words.js'

/** An answer in whichever view: the narrow checks have no outcome, and only some of the questions. */
export interface ToldAnswer extends Omit<Determination, 'outcome' | 'lines'> {
  readonly outcome?: Determination['outcome']
  readonly lines: readonly ToldLine[]
}
type ToldLine = Pick<LineDetermination, 'lineNumber' | 'procedureCode' | 'headline' | 'gaps'> &
  Partial<LineDetermination>

/** A text, and the numbers of the sources that it rests on. */
export interface Cited {
  readonly text: string
  readonly sources: readonly number[]
}

/** A row of the table of a line: a question, its answer, why, and what the answer says besides. */
export interface AnswerRow extends Cited {
  readonly question: string
  readonly answer: string
  readonly notes: readonly string[]
}

/** A heading with a list under it. */
export interface Group {
  readonly title: Cited
  readonly points: readonly string[]
}

/** A part of a line besides the table. */
export interface Part {
  readonly title: string
  readonly groups: readonly Group[]
}

export interface LineOfPage {
  readonly title: string
  readonly outcome?: string
  /** Absent where the headline of the answer is the same. */
  readonly headline?: string
  readonly rows: readonly AnswerRow[]
  /** Title of the column beside the answers; absent where nothing stands in it. */
  readonly why?: string
  readonly parts: readonly Part[]
}

export interface StepOfPage {
  readonly text: string
  readonly questions: readonly string[]
}

export interface SourceOfPage {
  readonly number: number
  readonly url: string
  readonly document: string
  readonly dates: string
  readonly grade: string
  readonly marks: ReadonlyArray<keyof typeof markWords>
  readonly rules: ReadonlyArray<{
    readonly place: string
    readonly statement: string
    readonly reading?: string
    readonly codes?: string
  }>
}

/** The words of the page of an answer, without markup, in the order in which it is read. */
export interface AnswerPage {
  readonly headline: string
  readonly outcome?: string
  readonly warnings: readonly string[]
  readonly about: ReadonlyArray<readonly [name: string, value: string]>
  readonly steps: readonly StepOfPage[]
  readonly moreSteps?: string
  readonly lines: readonly LineOfPage[]
  readonly notChecked: readonly string[]
  readonly sources: readonly SourceOfPage[]
  /** What the marks of sources mean, and how their lists are meant. */
  readonly remarks: readonly string[]
}

/** The page of an answer. What the answer does not have is left out. */
export function answerPage(answer: ToldAnswer): AnswerPage {
  const { headline, outcome, nextSteps, moreSteps, lines } = answer
  const sources = answer.sources ?? []
  const numberOf = numbering(sources)
  const isOneLine = lines.length === 1
  const shared = isOneLine ? [] : inEveryLine(lines)
  return {
    headline,
    ...(outcome === undefined ? {} : { outcome: outcomeWords[outcome] }),
    warnings: sources.some(({ grade }) => grade === 'fictional')
      ? ['Fictional: a document cited here is that of a sandbox payer. Do not use this page for a patient.']
      : [],
    about: aboutOf(answer),
    steps: nextSteps.map((step) => stepOf(step, isOneLine)),
    ...(moreSteps === 0
      ? {}
      : { moreSteps: `${count(moreSteps, 'more step', 'more steps')}: see the full answer.` }),
    lines: lines.map((line) => lineOf(line, { answer, numberOf, shared })),
    notChecked: shared.map(notCheckedInWords),
    sources: sources.map((source, at) => sourceOf(source, at + 1, answer.sourcesBehind)),
    remarks: remarksOf(answer, numberOf),
  }
}

type NumberOf = (source: string) => number | undefined

function numbering(sources: readonly CitedSource[]): NumberOf {
  const numbers = new Map(sources.map(({ source }, at) => [source, at + 1]))
  return (source) => numbers.get(source)
}

function numbersOf(references: readonly SourceReference[], numberOf: NumberOf): number[] {
  const numbers = references.map(({ source }) => numberOf(source))
  return [...new Set(numbers.filter((number) => number !== undefined))]
}

function aboutOf(answer: ToldAnswer): Array<readonly [string, string]> {
  const { planId, claimType, lines, policyRevision, reference, determinationId, recorded, details } = answer
  const dates = [...new Set(lines.map(({ dateOfService }) => dateOfService))]
  const [date] = dates
  const given: ReadonlyArray<readonly [string, string | undefined]> = [
    ['Plan', planId],
    ['Date of service', dates.length === 1 ? date : undefined],
    ['Claim', claimType],
    ['Reference', reference],
    ['Policy revision', String(policyRevision)],
    ['Determination', `${determinationId}${recorded ? '' : ' (not on record)'}`],
    ['On record at', details],
  ]
  return given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
}

function stepOf({ text, lineNumber, lineNumbers, questions = [] }: NextStep, isOneLine: boolean): StepOfPage {
  const at = (numbers: readonly number[]): string =>
    isOneLine || numbers.length === 0
      ? ''
      : ` (${numbers.length === 1 ? 'line' : 'lines'} ${numbers.join(', ')})`
  return {
    text: `${text}${at(lineNumbers ?? (lineNumber === undefined ? [] : [lineNumber]))}`,
    questions: questions.map((one) => `${one.text}${at(one.lineNumbers)}`),
  }
}

/** What was not checked of any line: told once where there are several. */
function inEveryLine([first, ...others]: readonly ToldLine[]): NotEvaluated[] {
  return (first?.notEvaluated ?? []).filter((one) =>
    others.every(({ notEvaluated = [] }) => isAmong(notEvaluated, one)),
  )
}

/** Whether the same is among what was not checked. */
function isAmong(all: readonly NotEvaluated[], { code, text }: NotEvaluated): boolean {
  return all.some((other) => other.code === code && other.text === text)
}

interface Telling {
  readonly answer: ToldAnswer
  readonly numberOf: NumberOf
  readonly shared: readonly NotEvaluated[]
}

function lineOf(line: ToldLine, { answer, numberOf, shared }: Telling): LineOfPage {
  const { lineNumber, procedureCode, dateOfService, outcome, headline } = line
  const isOneLine = answer.lines.length === 1
  const rows = rowsOf(line, numberOf)
  const why = rows.some(({ text }) => text !== '')
    ? 'Why'
    : rows.some(({ notes }) => notes.length > 0)
      ? 'Details'
      : undefined
  return {
    title: `Line ${lineNumber}: ${procedureCode}${dateOfService === undefined ? '' : ` on ${dateOfService}`}`,
    ...(outcome === undefined || isOneLine ? {} : { outcome: outcomeWords[outcome] }),
    ...(headline === answer.headline ? {} : { headline }),
    rows,
    ...(why === undefined ? {} : { why }),
    parts: partsOf(line, { answer, numberOf, shared }).filter(({ groups }) => groups.length > 0),
  }
}

function rowsOf(line: ToldLine, numberOf: NumberOf): AnswerRow[] {
  const { priorAuthorization, medicalNecessity, frequency, units, claimLine, codeValidity } = line
  const row = (
    question: keyof typeof questionWords,
    answer: string,
    { reason = '', findings = [] }: { readonly reason?: string; readonly findings?: readonly number[] },
    notes: readonly string[] = [],
  ): AnswerRow => ({
    question: questionWords[question],
    answer,
    text: reason,
    notes,
    sources: numbersOf(
      findings.flatMap((at) => line.findings?.[at]?.citation ?? []),
      numberOf,
    ),
  })
  return [
    ...(priorAuthorization === undefined
      ? []
      : [
          row(
            'prior-authorization',
            requirementWords[priorAuthorization.requirement],
            priorAuthorization,
            authorizationNotes(priorAuthorization),
          ),
        ]),
    ...(medicalNecessity === undefined
      ? []
      : [row('medical-necessity', necessityWords[medicalNecessity.status], medicalNecessity)]),
    ...(frequency === undefined
      ? []
      : [row('frequency', frequencyWords[frequency.status], frequency, frequencyNotes(frequency))]),
    ...(units === undefined ? [] : [row('units', unitsWords[units.status], units, unitsNotes(units))]),
    ...(claimLine === undefined ? [] : [row('claim-line', claimLineWords[claimLine.status], claimLine)]),
    ...(codeValidity === undefined
      ? []
      : [
          {
            ...row(
              'code-validity',
              validityWords[codeValidity.status],
              codeValidity,
              codeNotes(codeValidity),
            ),
            sources: numbersOf(
              (codeValidity.codes ?? []).flatMap(({ citation }) => citation ?? []),
              numberOf,
            ),
          },
        ]),
  ]
}

function partsOf(line: ToldLine, { numberOf, shared }: Telling): Part[] {
  const { gaps, documentation = [], notices = [], findings = [], notEvaluated = [] } = line
  const own = notEvaluated.filter((one) => !isAmong(shared, one))
  return [
    { title: 'What stays open', groups: listIn(gaps.map(gapInWords)) },
    {
      title: 'What the record should show',
      groups: documentation.map(({ purpose, items, citation }) => ({
        title: { text: purposeWords[purpose], sources: numbersOf([citation], numberOf) },
        points: items.map(({ item, status }) => `${itemInWords(item)}: ${itemWords[status]}`),
      })),
    },
    {
      title: 'Notice to the patient, and modifiers',
      groups: notices.map(({ code, liable, modifiers, citations }) => ({
        title: {
          text: `${noticeWords[code]}. ${liableWords[liable]}`,
          sources: numbersOf(citations, numberOf),
        },
        points: modifiers.map(({ modifier, when }) => `${modifier} when ${when}`),
      })),
    },
    { title: 'What each rule said', groups: findings.map((finding) => findingOf(finding, numberOf)) },
    { title: 'Not checked', groups: listIn(own.map(notCheckedInWords)) },
  ]
}

/** A list without a heading of its own; nothing where there is nothing to list. */
function listIn(points: readonly string[]): Group[] {
  return points.length === 0 ? [] : [{ title: { text: '', sources: [] }, points }]
}

function itemInWords(item: string): string {
  return item.startsWith('lab/') ? `result of LOINC ${item.slice('lab/'.length)}` : inWords(item)
}

function findingOf(finding: Finding, numberOf: NumberOf): Group {
  const { question, outcome, reason, factsUsed, citation } = finding
  const place = [citation.section, citation.row].filter((part) => part !== undefined)
  const facts = Object.entries(factsUsed).map(([fact, value]) => `${factInWords(fact)} (${value})`)
  return {
    title: {
      text: `${questionWords[question]}: ${findingWords[outcome].toLowerCase()}${place.length === 0 ? '' : ` (${place.join(', ')})`}.`,
      sources: numbersOf([citation], numberOf),
    },
    points: [
      ...(reason === undefined ? [] : [reason]),
      ...(facts.length === 0 ? [] : [`Facts: ${facts.join(', ')}.`]),
    ],
  }
}

function sourceOf(source: CitedSource, number: number, behind: readonly string[]): SourceOfPage {
  const { url, grade, rules = [] } = source
  return {
    number,
    url,
    document: documentWords({ ...source, ...versionOf(source) }),
    dates: dateWords(source),
    grade,
    marks: [
      ...(grade === 'secondary' ? ['secondary-source' as const] : []),
      ...(grade === 'fictional' ? ['fictional-source' as const] : []),
      ...(behind.includes(source.source) ? ['edition-behind' as const] : []),
    ],
    rules: rules.map(ruleOf),
  }
}

/** The version of the document; where the answer gives none, it is that of the policy. */
function versionOf({ documentVersion, versionId, policyId }: CitedSource): { documentVersion?: string } {
  return documentVersion === undefined && policyId !== undefined && versionId !== undefined
    ? { documentVersion: versionId }
    : {}
}

function ruleOf(rule: CitedRule): SourceOfPage['rules'][number] {
  const { section, row, statement, interpretation, listedDiagnoses } = rule
  const dates = inForce(rule)
  return {
    place: [section, row, ...dates].filter((part) => part !== undefined).join(', '),
    statement,
    ...(interpretation === undefined ? {} : { reading: interpretation }),
    ...(listedDiagnoses === undefined
      ? {}
      : {
          codes: `${count(listedDiagnoses.count, 'diagnosis', 'diagnoses')} listed: ${listedDiagnoses.codes.join(', ')}${listedDiagnoses.count > listedDiagnoses.codes.length ? ' … (shortened: the policy version has all)' : '.'}`,
        }),
  }
}

function remarksOf({ sources = [], sourcesBehind }: ToldAnswer, numberOf: NumberOf): string[] {
  const hasList = sources.some(({ rules = [] }) =>
    rules.some(({ listedDiagnoses }) => listedDiagnoses !== undefined),
  )
  return [
    ...(sourcesBehind.length === 0
      ? []
      : [
          `${markWords['edition-behind']}: known to be right only until before the date of service; look for a newer edition of ${behindInWords(sourcesBehind, numberOf)}.`,
        ]),
    ...(sources.some(({ grade }) => grade === 'secondary')
      ? [`${markWords['secondary-source']}: not read at the publisher itself; confirm it with the payer.`]
      : []),
    ...(hasList ? [neutralNote] : []),
  ]
}

/** Sources by number, or by id where the view has no sources. */
function behindInWords(behind: readonly string[], numberOf: NumberOf): string {
  const numbers = behind.map(numberOf).filter((number) => number !== undefined)
  return numbers.length < behind.length
    ? listed(behind, 'and')
    : listed(
        numbers.sort((a, b) => a - b).map((number) => `[${number}]`),
        'and',
      )
}

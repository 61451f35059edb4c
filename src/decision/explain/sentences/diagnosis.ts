import type { DiagnosisReason, FailedCondition, Place } from '../../reasons/diagnosis.js'
import type { ComposedDiagnosisReason } from '../../reasons/reason.js'
import { supportingList } from '../../rules/diagnosis-facts.js'
import { displayDiagnosis } from '../../shapes/codes.js'
import type { Expression } from '../../shapes/expression.js'
import type { FailedPart } from '../../shapes/finding.js'
import { union } from '../../shapes/truth.js'
import type { PolicyView } from '../../shapes/view.js'
import { describe, describeBriefly, listed as inList } from '../wording.js'
import { documentName } from '../../shapes/source.js'
import type { SentencesOf } from './sentences-of.js'

/** The sentences on diagnoses. */
export const diagnosisSentences: SentencesOf<DiagnosisReason | ComposedDiagnosisReason> = {
  'no-diagnosis-restriction': ({ place }) => `${placeInWords(place)} does not restrict the diagnosis.`,
  'diagnosis-not-given': ({ place }) =>
    `${placeInWords(place)} depends on the diagnosis, which is not given for this line.`,
  'diagnosis-listed': ({ place, codes, supports }, view) =>
    `${areOf(codes)} among ${theListOf(supports, place, view)}.`,
  'diagnosis-listed/conditions-met': ({ place, codes }) =>
    `${areOf(codes)} listed by ${placeInWords(place)}, and its conditions are met.`,
  'diagnosis-rule-met': ({ place, codes }) =>
    `With ${inList(codes.map(displayDiagnosis), 'and')} the line meets the diagnosis rule of ${placeInWords(place)}.`,
  'diagnosis-undecided': ({ place, codes }) =>
    codes.length > 0
      ? `${areOf(codes)} listed by ${placeInWords(place)}, but only under conditions that the given facts do not settle.`
      : `${placeInWords(place)} supports the service only under conditions that the given facts do not settle.`,
  'condition-undecided': underCondition,
  'condition-text-not-held/diagnosis': underCondition,
  'diagnosis-condition-not-met': (reason, view) =>
    `${failedInWords(reason, view)}. ${withoutIt(reason.othersDenied)}`,
  'diagnosis-condition-not-met/rule': ({ place, codes, supports }, view) =>
    `With ${inList(codes.map(displayDiagnosis), 'and')} the line does not meet the diagnosis rule of ${placeInWords(place)}: ${describeBriefly(supports, view)}.`,
  'diagnosis-not-listed': notListed,
  'diagnosis-not-named': notListed,
  'diagnosis-excluded': ({ place, codes }) =>
    `${placeInWords(place)} lists ${asText(codes)} among the diagnoses that do not support the service.`,
  'diagnosis-not-excluded': ({ place, codes }) =>
    `${placeInWords(place)} lists only diagnoses that do not support the service; ${asText(codes)} is not among them.`,
  'diagnosis-partly-excluded': ({ place, codes }) =>
    `${placeInWords(place)} excludes some of ${asText(codes)} but not all.`,
  'rule-not-loaded/diagnosis': () => 'No diagnosis rule of this plan is loaded for the code and date.',
  'policies-disagree': ({ sides }, view, tell) =>
    `The policies in force disagree: ${sides.map((side) => tell(side, view)).join(' / ')}`,
}

/** The document and the part of it that is meant; a bare number is said to be that of a section. */
function placeInWords({ source, section }: Place): string {
  const document = documentName(source)
  if (section === undefined) return document
  return /^[0-9]/.test(section) ? `${document}, section ${section}` : `${document} (${section})`
}

/** Diagnoses with a verb that fits: "D51.0 is", "D51.0 and D51.1 are". */
function areOf(codes: readonly string[]): string {
  return `${inList(codes.map(displayDiagnosis), 'and')} ${codes.length === 1 ? 'is' : 'are'}`
}

const asText = (codes: readonly string[]): string => codes.map(displayDiagnosis).join(', ')

/** "the 44 diagnoses of A57755"; patterns are not counted, since each stands for more codes than one, nor is a single code. */
function theListOf(supports: Expression, place: Place, view: PolicyView): string {
  const { count } = supportingList(supports, view)
  const where = placeInWords(place)
  return count === undefined || count < 2 ? `the diagnoses of ${where}` : `the ${count} diagnoses of ${where}`
}

function underCondition({
  place,
  codes,
  conditional,
}: Extract<DiagnosisReason, { code: 'condition-undecided' | 'condition-text-not-held/diagnosis' }>): string {
  return `${areOf(codes)} listed by ${placeInWords(place)} only under a condition. ${union(conditional.map(({ note }) => note)).join(' ')}`
}

function notListed(
  {
    place,
    codes,
    supports,
    othersDenied,
  }: Extract<DiagnosisReason, { code: 'diagnosis-not-listed' | 'diagnosis-not-named' }>,
  view: PolicyView,
): string {
  const head = codes.length === 1 ? `${areOf(codes)} not` : `None of ${asText(codes)} is`
  return `${head} among ${theListOf(supports, place, view)}. ${ofOthers(othersDenied)}`
}

function ofOthers(denied: boolean | undefined): string {
  if (denied === undefined) return 'Whether all others are denied was not read from it.'
  return denied ? 'Diagnoses that are not listed are denied.' : 'It does not say that others are denied.'
}

function withoutIt(denied: boolean | undefined): string {
  if (denied === undefined) return 'What follows otherwise was not read from it.'
  return denied ? 'Otherwise it does not support the service.' : 'It does not say what follows otherwise.'
}

const mostCharacters = 160

/** "D64.81 is listed by A57755, but only together with diagnosis C50.911"; the kinds of what failed where that would be too long. */
function failedInWords(
  { place, listed, failures, failed }: Extract<DiagnosisReason, { code: 'diagnosis-condition-not-met' }>,
  view: PolicyView,
): string {
  const wordsOf = (code: string): string | undefined => {
    const condition = failures.get(code)
    return condition === undefined ? undefined : failureInWords(condition, view).words
  }
  const where = placeInWords(place)
  const said = listed.map((code) => ({ code, words: wordsOf(code) }))
  const groups = union(said.map(({ words }) => words)).map((words) => ({
    words,
    codes: said.filter((one) => one.words === words).map(({ code }) => code),
  }))
  const [first, ...more] = groups.map(({ words, codes }) => ({ words: words ?? '', are: areOf(codes) }))
  const length = groups.reduce((sum, { words }) => sum + (words?.length ?? mostCharacters + 1), 0)
  if (first === undefined || length > mostCharacters || more.length > 1)
    return `${areOf(listed)} listed by ${where}, but not as it stands here: what failed is ${inList(
      failed.map((kind) => nouns[kind]),
      'and',
    )}`
  const rest = more.map(({ words, are }) => `; ${are} listed only ${words}`).join('')
  return `${first.are} listed by ${where}, but only ${first.words}${rest}`
}

const nouns: Readonly<Record<FailedPart, string>> = {
  age: 'the age',
  documentation: 'the documentation',
  'lab-result': 'a laboratory result',
  other: 'a condition of the case',
  partner: 'a further diagnosis',
  position: 'the order of the diagnoses',
  sex: 'the sex',
}

interface FailureWords {
  /** As it follows "listed, but only"; undefined where one sentence cannot say it. */
  readonly words: string | undefined
  /** How the parts of the words are joined; undefined where they are one. */
  readonly joined?: 'and' | 'or'
}

function failureInWords(failure: FailedCondition, view: PolicyView): FailureWords {
  switch (failure.type) {
    case 'together':
      return together(
        failure.parts.map((part) => failureInWords(part, view)),
        failure.word,
      )
    case 'sex':
      return {
        words: `for ${inList(
          failure.sexes.map((one) => (one === 'female' ? 'women' : 'men')),
          'and',
        )}`,
      }
    case 'position':
      return {
        words:
          failure.position === 'primary' ? 'as the first diagnosis of the line' : 'after another diagnosis',
      }
    case 'age':
      return { words: `at ${describe(failure.condition, view)}` }
    case 'documentation':
    case 'number':
      return { words: `with ${describe(failure.condition, view)}` }
    case 'lab-result':
      return { words: `with ${describe(failure.condition, view)}` }
    case 'partner':
      return { words: `together with ${withArticle(describe(failure.condition, view))}` }
    case 'other':
      return { words: `under this condition: ${describe(failure.condition, view)}` }
  }
}

const withArticle = (text: string): string => (text.startsWith('diagnosis among') ? `a ${text}` : text)

/** Several failures as one; a list inside a list of another word could be read in two ways, so it has no words. */
function together(parts: readonly FailureWords[], word: 'and' | 'or'): FailureWords {
  const words = union(parts.map((part) => part.words ?? ''))
  const [first] = parts
  if (words.length === 1 && first !== undefined) return first
  const isPlain = parts.every((part) => part.words !== undefined && (part.joined ?? word) === word)
  return { words: isPlain ? inList(words, word) : undefined, joined: word }
}

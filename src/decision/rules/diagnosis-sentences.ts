import { displayDiagnosis } from '../shapes/codes.js'
import type { Facts } from '../facts/facts.js'
import type { DiagnosisFacts, FailedPart } from '../shapes/finding.js'
import type { RuleOfKind } from '../shapes/rule.js'
import type { Origin } from '../applicable/provision.js'
import { union, type Evaluated } from '../shapes/truth.js'
import { describe, documentName, listed as inList } from '../explain/wording.js'
import { supportingList, type LineUnderRule, type ListingRule } from './diagnosis-facts.js'
import type { PlainResult } from './result.js'

type Words = Pick<PlainResult, 'reasonCode' | 'reason'>
type Denied = NonNullable<DiagnosisFacts['othersDenied']> | undefined

/** The document and the part of it that is meant; a bare number is said to be that of a section. */
export function placeOf({ section }: RuleOfKind<'diagnosis'>, { source }: Origin): string {
  const document = documentName(source)
  if (section === undefined) return document
  return /^[0-9]/.test(section) ? `${document}, section ${section}` : `${document} (${section})`
}

/** Diagnoses with a verb that fits: "D51.0 is", "D51.0 and D51.1 are". */
function areOf(codes: readonly string[]): string {
  return `${inList(codes.map(displayDiagnosis), 'and')} ${codes.length === 1 ? 'is' : 'are'}`
}

/** "the 44 diagnoses of A57755"; patterns are not counted, since each stands for more codes than one, nor is a single code. */
function theListOf(rule: ListingRule, facts: Facts, where: string): string {
  const { count: codes } = supportingList(rule.supports, facts.view)
  return codes === undefined || codes < 2 ? `the diagnoses of ${where}` : `the ${codes} diagnoses of ${where}`
}

/** Why the diagnoses support the service. */
export function wordsOfSupport(
  rule: ListingRule,
  linked: readonly string[],
  { diagnosis, listed, sufficient }: LineUnderRule,
  facts: Facts,
  where: string,
): Words {
  if (diagnosis.condition === 'none')
    return {
      reasonCode: 'diagnosis-listed',
      reason: `${areOf(sufficient)} among ${theListOf(rule, facts, where)}.`,
    }
  if (diagnosis.condition !== undefined)
    return {
      reasonCode: 'diagnosis-listed',
      reason: `${areOf(listed)} listed by ${where}, and its conditions are met.`,
    }
  return {
    reasonCode: 'diagnosis-rule-met',
    reason: `With ${inList(linked.map(displayDiagnosis), 'and')} the line meets the diagnosis rule of ${where}.`,
  }
}

/** Why it is open whether they do. */
export function wordsOfDoubt(
  rule: ListingRule,
  { because }: Evaluated,
  { listed }: LineUnderRule,
  where: string,
): Words {
  const qualified = (rule.conditionalCodes ?? []).filter((entry) =>
    listed.some((code) => entry.codes.includes(code)),
  )
  const codes = listed.filter((code) => qualified.some((entry) => entry.codes.includes(code)))
  if (codes.length > 0)
    return {
      reasonCode: because ?? 'condition-undecided',
      reason: `${areOf(codes)} listed by ${where} only under a condition. ${union(qualified.map((entry) => entry.note)).join(' ')}`,
    }
  return {
    reasonCode: 'diagnosis-undecided',
    reason:
      listed.length > 0
        ? `${areOf(listed)} listed by ${where}, but only under conditions that the given facts do not settle.`
        : `${where} supports the service only under conditions that the given facts do not settle.`,
  }
}

/** Why they do not support it: listed or not, and what the document says of those that are not. */
export function wordsAgainst(
  rule: ListingRule,
  linked: readonly string[],
  line: LineUnderRule,
  facts: Facts,
  where: string,
): Words {
  const { othersDenied: denied } = line.diagnosis
  const list = supportingList(rule.supports, facts.view)
  if (line.listed.length > 0)
    return {
      reasonCode: 'diagnosis-condition-not-met',
      reason: `${failedInWords(line, where)}. ${withoutIt(denied)}`,
    }
  if (list.atoms.length === 0)
    return {
      reasonCode: 'diagnosis-condition-not-met',
      reason: `With ${inList(linked.map(displayDiagnosis), 'and')} the line does not meet the diagnosis rule of ${where}: ${describe(rule.supports, facts.view)}.`,
    }
  const head =
    linked.length === 1 ? `${areOf(linked)} not` : `None of ${linked.map(displayDiagnosis).join(', ')} is`
  return {
    reasonCode: denied === true ? 'diagnosis-not-listed' : 'diagnosis-not-named',
    reason: `${head} among ${theListOf(rule, facts, where)}. ${ofOthers(denied)}`,
  }
}

function ofOthers(denied: Denied): string {
  if (denied === undefined) return 'Whether all others are denied was not read from it.'
  return denied ? 'Diagnoses that are not listed are denied.' : 'It does not say that others are denied.'
}

function withoutIt(denied: Denied): string {
  if (denied === undefined) return 'Whether the service is denied without that was not read from it.'
  return denied
    ? 'Without that it does not support the service.'
    : 'It does not say that the service is denied without that.'
}

const mostCharacters = 160

/** "D64.81 is listed by A57755, but only together with diagnosis C50.911"; the kinds of what failed where that would be too long. */
function failedInWords(
  { listed, failures, diagnosis: { failed = [] } }: LineUnderRule,
  where: string,
): string {
  const groups = union(listed.map((code) => failures.get(code)?.words)).map((words) => ({
    words,
    codes: listed.filter((code) => failures.get(code)?.words === words),
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

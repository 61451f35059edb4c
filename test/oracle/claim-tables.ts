// Procedure pairs and NDC crosswalks as policies of kind `claim-line`: section 9 of the specification.
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { unpackPairs } from '../../src/decision/shapes/procedure-pairs.js'
import type { ServiceLine } from '../../src/decision/shapes/request.js'
import { plain } from './codes.js'
import { isIn } from './dates.js'
import { otherLines, procedureOf, type Case } from './facts.js'
import type { Speaker } from './selection.js'
import { all, no, structural, unique, unknown, yes, type Truth } from './truth.js'

type PairEdition = PolicyContent['procedurePairs'][number]

/** What the pairs and crosswalks of a set say of a line. */
export function claimTableSpeakers(policySetId: string, at: Case): Speaker[] {
  return [...pairSpeakers(policySetId, at), ...ndcSpeakers(policySetId, at)]
}

function pairSpeakers(policySetId: string, at: Case): Speaker[] {
  const editions = at.content.procedurePairs.filter((edition) => edition.policySetId === policySetId)
  const { claimType } = at.request
  if (claimType === 'dme') return []
  if (claimType === undefined) {
    const some = editions.flatMap((edition) => speakersOfEdition(edition, at))
    return some.length === 0
      ? []
      : [{ policySetId, policyId: 'procedure-pairs', voice: { is: 'claim-type-absent' } }]
  }
  const setting = claimType === 'professional' ? 'practitioner' : 'outpatient-hospital'
  return editions
    .filter((edition) => edition.setting === setting)
    .flatMap((edition) => speakersOfEdition(edition, at))
}

function speakersOfEdition(edition: PairEdition, at: Case): Speaker[] {
  const { usableThrough, grade } = edition.source
  const date = at.line.dateOfService
  const speakers: Speaker[] = []
  for (const { columnOne, pairs } of edition.lists) {
    for (const pair of unpackPairs(pairs, edition.rationales)) {
      if (pair.columnTwo !== procedureOf(at.line) || columnOne === pair.columnTwo) continue
      if (pair.modifierIndicator === 9 || !isIn(date, pair)) continue
      for (const truth of resultsOfPair(columnOne, pair.modifierIndicator, at)) {
        const origin = { policySetId: edition.policySetId, policyId: 'procedure-pairs', grade }
        if (usableThrough !== undefined && date > usableThrough)
          speakers.push({ ...origin, voice: { is: 'stale', rules: [] } })
        else
          speakers.push({
            ...origin,
            voice: { is: 'claim-table', truth, neverPaid: pair.modifierIndicator === 0 },
          })
      }
    }
  }
  return speakers
}

/** The results of one row: of the lines together, of the history, of the planned services; those that say nothing left out. */
function resultsOfPair(columnOne: string, indicator: 0 | 1, day: Case): Truth[] {
  const at = day.asSent ?? day
  const date = day.line.dateOfService
  const fromLines: Truth[] = []
  for (const other of otherLines(at)) {
    if (procedureOf(other) !== columnOne || !haveDayInCommon(at.line, other)) continue
    const said = saidByLine(indicator, at.line, other, date)
    if (said !== 'nothing') fromLines.push(said)
  }
  const results = fromLines.length === 0 ? [] : [all(fromLines)]
  const history = (at.request.serviceHistory ?? []).filter((entry) => entry.claimStatus !== 'denied')
  for (const services of [history, at.request.plannedServices ?? []]) {
    const counting = services.filter(
      ({ procedureCode, dateOfService }) =>
        plain(procedureCode) === columnOne &&
        holdsDay(at.line, dateOfService) &&
        !otherLines(at).some((other) => procedureOf(other) === columnOne && holdsDay(other, dateOfService)),
    )
    if (counting.length === 0) continue
    results.push(indicator === 1 && !spansDays(at.line) && separates(at.line) === true ? yes : structural)
  }
  return results
}

function saidByLine(
  indicator: 0 | 1,
  line: ServiceLine,
  other: ServiceLine,
  date: string,
): Truth | 'nothing' {
  const spans = spansDays(line) || spansDays(other)
  if (indicator === 1 && !spans && (separates(line) === true || separatesFirst(other, date))) return yes
  const [mine, theirs] = [line.provider?.npi, other.provider?.npi]
  if (mine !== undefined && theirs !== undefined && mine !== theirs) return 'nothing'
  const missing = (mine === undefined) !== (theirs === undefined) ? ['provider.npi'] : []
  if (spans) return missing.length === 0 ? structural : unknown(...missing)
  if (indicator === 1 && (separates(line) === undefined || separates(other) === undefined))
    missing.push('modifiers')
  return missing.length === 0 ? no : unknown(...unique(missing))
}

const separatingModifiers = [
  'E1',
  'E2',
  'E3',
  'E4',
  'FA',
  'F1',
  'F2',
  'F3',
  'F4',
  'F5',
  'F6',
  'F7',
  'F8',
  'F9',
  'TA',
  'T1',
  'T2',
  'T3',
  'T4',
  'T5',
  'T6',
  'T7',
  'T8',
  'T9',
  'LT',
  'RT',
  'LC',
  'LD',
  'LM',
  'RC',
  'RI',
  '24',
  '25',
  '57',
  '58',
  '78',
  '79',
  '27',
  '59',
  '91',
  'XE',
  'XP',
  'XS',
  'XU',
]

/** Whether a line carries a separating modifier; undefined when its modifiers are not given. */
function separates(line: ServiceLine): boolean | undefined {
  return line.modifiers?.some((modifier) => separatingModifiers.includes(modifier.toUpperCase()))
}

/** The same for the service of column one: before July 2019 the modifiers of a distinct service did not count there. */
function separatesFirst(line: ServiceLine, date: string): boolean {
  const later = date < '2019-07-01' ? ['59', 'XE', 'XP', 'XS', 'XU'] : []
  return (
    separates({
      ...line,
      modifiers: line.modifiers?.filter((one) => !later.includes(one.toUpperCase())) ?? [],
    }) === true
  )
}

function lastDay(line: ServiceLine): string {
  return line.dateOfServiceEnd ?? line.dateOfService
}

function spansDays(line: ServiceLine): boolean {
  return lastDay(line) > line.dateOfService
}

function holdsDay(line: ServiceLine, day: string): boolean {
  return line.dateOfService <= day && day <= lastDay(line)
}

function haveDayInCommon(one: ServiceLine, other: ServiceLine): boolean {
  return holdsDay(one, other.dateOfService) || holdsDay(other, one.dateOfService)
}

function ndcSpeakers(policySetId: string, at: Case): Speaker[] {
  const ndc = elevenDigitsOf(at.line.ndc?.code ?? '')
  if (ndc === undefined) return []
  const date = at.line.dateOfService
  const editions = at.content.ndcEditions.filter((edition) => edition.policySetId === policySetId)
  const origin = { policySetId, policyId: 'ndc-crosswalk' }
  const inForce = editions.find((edition) => isIn(date, edition))
  if (inForce === undefined) return []
  const rows = inForce.rows.filter((row) => row.ndc === ndc)
  if (rows.length === 0) return []
  const { usableThrough, grade } = inForce.source
  if (usableThrough !== undefined && date > usableThrough)
    return [{ ...origin, voice: { is: 'stale', rules: [] } }]
  const agrees = rows.some((row) => row.procedureCode === procedureOf(at.line))
  return [{ ...origin, grade, voice: { is: 'claim-table', truth: agrees ? yes : no, neverPaid: false } }]
}

/** The 11 digits of an NDC, undefined when its spelling does not tell them. */
export function elevenDigitsOf(code: string): string | undefined {
  const groups = code.split('-')
  if (groups.some((group) => group === '' || /[^0-9]/.test(group))) return undefined
  if (groups.length === 1) return code.length === 11 ? code : undefined
  const wanted = [5, 4, 2]
  if (groups.length !== 3 || groups.join('').length < 10) return undefined
  let digits = ''
  for (const [position, group] of groups.entries()) {
    const width = wanted[position] ?? 0
    if (group.length !== width && group.length !== width - 1) return undefined
    digits += '0'.repeat(width - group.length) + group
  }
  return digits
}

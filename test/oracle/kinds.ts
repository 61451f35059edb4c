// What is special about a pair, to count how often each rule of the specification was put to the test.
import type { ServiceLine } from '../../src/decision/shapes/request.js'
import { plain } from './codes.js'
import { isIn } from './dates.js'
import { naiveDetermination, type NaiveLine } from './evaluate.js'
import { diagnosisFactsOf } from './diagnosis-facts.js'
import type { Pair } from './generate.js'
import { planOf } from './selection.js'
import { neverFirst, otherForm } from './vocabulary.js'

const inCapitals = (unit: string | undefined): boolean => /^(ML|MG|MU|PG\/ML|MCG\/ML)$/.test(unit ?? '')
const repeats = (list: readonly unknown[]): boolean => new Set(list).size < list.length

/** What a diagnosis rule that speaks says of the line on its first day. */
function saysOfDiagnoses(line: ServiceLine, { request, content }: Pair, wanted: RegExp): boolean {
  const at = { request, line, content }
  const found = planOf(at)
  return 'plan' in found && diagnosisFactsOf(found.plan, at).some((facts) => wanted.test(facts))
}

const ofLine: Readonly<Record<string, (line: ServiceLine, pair: Pair) => boolean>> = {
  'unit in capitals': ({ administeredDose }) => inCapitals(administeredDose?.unit),
  'code of another form': ({ procedureCode }) => plain(procedureCode) === otherForm,
  'several days': ({ dateOfService, dateOfServiceEnd = dateOfService }) => dateOfServiceEnd > dateOfService,
  'pointer twice': ({ diagnosisPointers = [] }) => repeats(diagnosisPointers),
  'telehealth place': ({ placeOfService }) => placeOfService === '02' || placeOfService === '10',
  'facility place, professional': ({ placeOfService = '' }, { request }) =>
    request.claimType === 'professional' && ['19', '22', '24', '31'].includes(placeOfService),
  'NDC not readable': ({ ndc }) => /^[0-9]{10}$|^[0-9]{5}-[0-9]{6}$/.test(ndc?.code ?? ''),
  'code around an edition gap': isAroundGap,
  'dose in a gap': (line, pair) => line.administeredDose !== undefined && isAroundGap(line, pair),
  'listed with a condition that fails': (line, pair) => saysOfDiagnoses(line, pair, /"condition":"failed"/),
  'listed with a partner missing': (line, pair) => saysOfDiagnoses(line, pair, /"failed":.*"partner"/),
  'others not denied': (line, pair) => saysOfDiagnoses(line, pair, /"listed":\[\],"othersDenied":false/),
  'JW and JZ': ({ modifiers = [] }) =>
    ['JW', 'JZ'].every((one) => modifiers.some((other) => other.toUpperCase() === one)),
}

const hasOneOf = (modifiers: readonly string[] | undefined, wanted: string): boolean =>
  (modifiers ?? []).some((one) => wanted.split(' ').includes(one.toUpperCase()))

/** Whether two of some services are of one day and code. */
const sameDay = (services: readonly { procedureCode: string; dateOfService: string }[]): boolean =>
  repeats(services.map(({ procedureCode, dateOfService }) => `${plain(procedureCode)} ${dateOfService}`))

/** Whether a rule of the pair counts how often. */
const counts = ({ content }: Pair): boolean =>
  content.policies.some(({ versions }) =>
    versions.some(({ rules }) => rules.some(({ kind }) => kind === 'frequency')),
  )

const ofRequest: Readonly<Record<string, (pair: Pair) => boolean>> = {
  'lab unit in capitals': ({ request }) => (request.labResults ?? []).some(({ unit }) => inCapitals(unit)),
  'diagnosis twice': ({ request }) => repeats((request.diagnosisCodes ?? []).map(plain)),
  'a diagnosis that never comes first': ({ request }) =>
    (request.diagnosisCodes ?? []).some((code) => (neverFirst as readonly string[]).includes(plain(code))),
  'ICD-9 code': ({ request }) => (request.diagnosisCodes ?? []).some((code) => /^[0-9]/.test(plain(code))),
  'code that begins behind a gap': beginsBehindGap,
  'more than 12 diagnoses': ({ request }) => (request.diagnosisCodes ?? []).length > 12,
  'authorization without units used': ({ request }) =>
    (request.authorizations ?? []).some(
      (one) => one.unitsApproved !== undefined && one.unitsUsed === undefined,
    ),
  'dose and wastage line': ({ request: { serviceLines } }) =>
    serviceLines.some(
      (line) =>
        hasOneOf(line.modifiers, 'JW') &&
        serviceLines.some((other) => !hasOneOf(other.modifiers, 'JW') && sameDay([line, other])),
    ),
  'several lines on one day': (pair) => counts(pair) && sameDay(pair.request.serviceLines),
  'repeat modifier': (pair) =>
    counts(pair) &&
    sameDay(pair.request.serviceLines) &&
    pair.request.serviceLines.some(({ modifiers }) => hasOneOf(modifiers, '76 77 27 59 XE XP XS XU')),
  'history of several entries a day': (pair) =>
    counts(pair) &&
    repeats(
      (pair.request.serviceHistory ?? [])
        .filter(({ claimStatus }) => claimStatus !== 'denied')
        .map(({ dateOfService }) => dateOfService),
    ),
  'span line counted': (pair) =>
    counts(pair) &&
    pair.request.claimType !== 'dme' &&
    pair.request.serviceLines.some(
      (line) =>
        (line.dateOfServiceEnd ?? '') > line.dateOfService &&
        pair.request.serviceLines.some(
          (other) =>
            other !== line &&
            (other.dateOfService > line.dateOfService ||
              (other.dateOfService === line.dateOfService && other.lineNumber > line.lineNumber)),
        ),
    ),
  'two codes under one number': ({ request }) =>
    (request.authorizations ?? []).length > 0 &&
    new Set(request.serviceLines.map(({ procedureCode }) => plain(procedureCode))).size > 1,
}

/** Held spans with time between them in which, or before whose end, a date may lie. */
function gapsIn({ content }: Pair, system: 'hcpcs' | 'icd-10-cm'): { from: string; to: string }[] {
  const held = content.codeTables.find((table) => table.system === system)?.held ?? []
  return held.flatMap(({ from }, at) => {
    const before = held[at - 1]?.to
    return before === undefined || before >= from ? [] : [{ from: before, to: from }]
  })
}

function isAroundGap(line: ServiceLine, pair: Pair): boolean {
  const table = pair.content.codeTables.find(({ system }) => system === 'hcpcs')
  return (
    gapsIn(pair, 'hcpcs').some((gap) => isIn(line.dateOfService, gap)) &&
    (table?.rows ?? []).some(
      ({ code, listings = [] }) => code === plain(line.procedureCode) && listings.length > 1,
    )
  )
}

function beginsBehindGap(pair: Pair): boolean {
  const table = pair.content.codeTables.find(({ system }) => system === 'icd-10-cm')
  const given = (pair.request.diagnosisCodes ?? []).map(plain)
  return gapsIn(pair, 'icd-10-cm').some(({ to }) =>
    (table?.rows ?? []).some(({ code, from }) => from === to && given.includes(code)),
  )
}

const ofAnswer: Readonly<Record<string, (line: NaiveLine) => boolean>> = {
  'no notice, the patient may not be charged': ({ notices }) => notices.includes('no-notice'),
  'in place of an ABN a determination of the plan': ({ notices }) =>
    notices.includes('organization-determination'),
  'exceeded, medical review': ({ onExceed }) => onExceed === 'medical-review',
}

/** The kinds of a pair, each once. */
export function kindsOf(pair: Pair): string[] {
  const answer = naiveDetermination(pair.request, pair.content)
  return [
    ...Object.entries(ofLine).flatMap(([kind, isSo]) =>
      pair.request.serviceLines.some((line) => isSo(line, pair)) ? [kind] : [],
    ),
    ...Object.entries(ofAnswer).flatMap(([kind, isSo]) => (answer.lines.some(isSo) ? [kind] : [])),
    ...Object.entries(ofRequest).flatMap(([kind, isSo]) => (isSo(pair) ? [kind] : [])),
  ]
}

import { displayDiagnosis } from '../../shapes/codes.js'
import { citeProvision } from '../../explain/citation.js'
import { missingOf } from '../../explain/missing.js'
import type { DocumentationVerdict } from '../../verdict/answers.js'
import type { LineVerdict } from '../../verdict/verdict.js'
import type { Facts } from '../../facts/facts.js'
import { inWords } from '../../facts/missing-facts.js'
import { daysBetween, inRange } from '../../shapes/plain-date.js'
import { count, listed } from '../../explain/wording.js'
import type { OutlinePart } from './answer.js'
import type { Citations } from './citations.js'
import type { ChecklistRequest } from './request.js'

type Point = OutlinePart['given'][number]

/**
 * An outline of the clinical justification. Every line restates a fact of the request, or says that it was not given; nothing is
 * concluded, added or suggested. Rules are pointed to where they ask for the fact.
 */
export function outlineOf(
  request: ChecklistRequest,
  facts: Facts,
  line: LineVerdict,
  citations: Citations,
): OutlinePart[] {
  const asked = line.answers.documentation.answer
  const documented = documentedItems(request, asked, citations)
  const labs = laboratory(request, facts, asked, citations)
  return [
    part('why-this-treatment', 'Why this treatment', [diagnoses(facts), dose(facts), ...documented]),
    part('why-now', 'Why now', [
      phase(request),
      start(request),
      ...history(facts),
      ...planned(request),
      ...authorizations(request),
    ]),
    part('why-this-patient', 'Why this patient', [age(request), ...sex(request, line), ...labs]),
  ]
}

interface Said {
  readonly isGiven: boolean
  readonly point: Point
}

const given = (text: string, citationPointers: number[] = []): Said => ({
  isGiven: true,
  point: { text, citationPointers },
})
const gap = (text: string, citationPointers: number[] = []): Said => ({
  isGiven: false,
  point: { text: `not given: ${text}`, citationPointers },
})

function part(name: OutlinePart['part'], title: string, said: readonly Said[]): OutlinePart {
  return {
    part: name,
    title,
    given: said.filter((one) => one.isGiven).map((one) => one.point),
    gaps: said.filter((one) => !one.isGiven).map((one) => one.point),
  }
}

function diagnoses({ linkedDiagnoses, line, view }: Facts): Said {
  if ('missing' in linkedDiagnoses)
    return gap(
      linkedDiagnoses.missing === 'diagnosisCodes'
        ? 'the diagnoses'
        : 'which of the diagnoses the line points to',
    )
  const named = linkedDiagnoses.value.map((code) => {
    const title = view
      .codeTable('icd-10-cm')
      ?.on(code, line.date)
      .rows(code)
      .find((row) => inRange(line.date, row))?.title
    return `${displayDiagnosis(code)}${title === undefined ? '' : ` (${title})`}`
  })
  return named.length === 0
    ? gap('a diagnosis of the line')
    : given(`${named.length === 1 ? 'Diagnosis' : 'Diagnoses'} of the line: ${listed(named, 'and')}.`)
}

function dose({ line }: Facts): Said {
  const { administeredDose, units } = line.sent
  if (administeredDose !== undefined)
    return given(
      `Dose: ${administeredDose.value} ${administeredDose.unit}${units === undefined ? '' : `, billed as ${count(units, 'unit', 'units')}`}.`,
    )
  return units === undefined
    ? gap('the dose')
    : given(`${count(units, 'unit', 'units')} of ${line.code}; the dose itself was not given.`)
}

/** Items that a rule asks for, as the request says them; then items that it says although no rule asks. */
function documentedItems(
  { documentation = [] }: ChecklistRequest,
  asked: readonly DocumentationVerdict[],
  citations: Citations,
): Said[] {
  const items = [
    ...new Set([
      ...asked.map(({ item }) => item).filter((item) => !item.startsWith('lab/')),
      ...documentation.map(({ item }) => item).sort(),
    ]),
  ]
  return items.map((item) => {
    const pointers = pointersTo(
      asked.filter((one) => one.item === item),
      citations,
    )
    const said = new Set(documentation.filter((one) => one.item === item).map(({ present }) => present))
    const words = `"${inWords(item)}"`
    if (said.size === 2)
      return gap(`whether the record documents ${words} (it was given both ways)`, pointers)
    if (said.has(true)) return given(`The record documents ${words}.`, pointers)
    return said.has(false)
      ? given(`The record says that ${words} is not so.`, pointers)
      : gap(`whether the record documents ${words}`, pointers)
  })
}

function pointersTo(asked: readonly DocumentationVerdict[], citations: Citations): number[] {
  return [...new Set(asked.map(({ provision }) => citations.pointerTo(citeProvision(provision))))]
}

function laboratory(
  { labResults }: ChecklistRequest,
  { line }: Facts,
  asked: readonly DocumentationVerdict[],
  citations: Citations,
): Said[] {
  const wanted = asked.filter(({ item }) => item.startsWith('lab/'))
  const results = [...(labResults ?? [])].sort((a, b) =>
    a.observedOn < b.observedOn ? 1 : a.observedOn > b.observedOn ? -1 : a.loincCode < b.loincCode ? -1 : 1,
  )
  const told = results.map(({ loincCode, value, unit, observedOn }) => {
    const days = daysBetween(observedOn, line.date)
    const when =
      days < 0 ? 'after the service' : days === 0 ? 'on the day' : `${count(days, 'day', 'days')} before`
    return given(
      `LOINC ${loincCode}: ${value} ${unit} on ${observedOn} (${when}).`,
      pointersTo(
        wanted.filter(({ item }) => item.slice(4).split('|').includes(loincCode)),
        citations,
      ),
    )
  })
  const lacking = wanted.filter(
    ({ item }) => !results.some(({ loincCode }) => item.slice(4).split('|').includes(loincCode)),
  )
  const gaps = [...new Set(lacking.map(({ item }) => item))].map((item) =>
    gap(
      `a result of LOINC ${item.slice(4).split('|').join(' or ')}`,
      pointersTo(
        lacking.filter((one) => one.item === item),
        citations,
      ),
    ),
  )
  return told.length + gaps.length > 0 ? [...told, ...gaps] : [gap('laboratory results')]
}

function phase({ treatment }: ChecklistRequest): Said {
  return treatment?.phase === undefined
    ? gap('the phase of the treatment')
    : given(`Phase of the treatment: ${treatment.phase}.`)
}

function start({ treatment }: ChecklistRequest): Said {
  return treatment?.startedOn === undefined
    ? gap('when the treatment began')
    : given(`Treatment began on ${treatment.startedOn}.`)
}

function history({ history: services, historySince, line }: Facts): Said[] {
  if (services === undefined) return [gap('the earlier services')]
  const earlier = services.filter(({ code, date }) => code === line.code && date < line.date)
  const last = earlier.at(-1)
  const since = historySince === undefined ? '' : ` since ${historySince}`
  const words =
    last === undefined
      ? `No earlier ${line.code} is known${since}.`
      : `${count(earlier.length, `earlier ${line.code}`, `earlier ${line.code}`)} known${since}, the last on ${last.date} (${count(daysBetween(last.date, line.date), 'day', 'days')} before).`
  return [given(words), ...(historySince === undefined ? [gap('since when the history is complete')] : [])]
}

function planned({ plannedServices = [] }: ChecklistRequest): Said[] {
  const services = plannedServices
    .map(({ procedureCode, dateOfService }) => `${procedureCode.trim().toUpperCase()} on ${dateOfService}`)
    .sort()
  return services.length === 0 ? [] : [given(`Also planned: ${listed(services, 'and')}.`)]
}

function authorizations({ authorizations: onFile = [] }: ChecklistRequest): Said[] {
  return onFile
    .map(({ authorizationNumber, status }) => `Authorization ${authorizationNumber}: ${status}.`)
    .sort()
    .map((text) => given(text))
}

function age({ patient }: ChecklistRequest): Said {
  return patient?.ageYears === undefined
    ? gap('the age of the patient')
    : given(`Age: ${count(patient.ageYears, 'year', 'years')}.`)
}

/** Sex belongs in a justification only where it is given, or a rule asks for it. */
function sex({ patient }: ChecklistRequest, line: LineVerdict): Said[] {
  if (patient?.sex !== undefined) return [given(`Sex: ${patient.sex}.`)]
  return missingOf(line).some(({ fact }) => fact === 'patient.sex') ? [gap('the sex of the patient')] : []
}

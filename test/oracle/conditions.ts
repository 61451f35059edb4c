// Conditions over the facts of one line: section 1 of the specification, one function per connective or group of atoms.
import type { AtomArgument, Expression } from '../../src/decision/shapes/expression.js'
import { isAmong, plain, stateOfPart, statesPartsOf } from './codes.js'
import { addDays, addStretch } from './dates.js'
import { billedUnits, discardedUnits } from './billed-units.js'
import { dosesBeside, linkedDiagnoses, otherLines, procedureOf, type Case } from './facts.js'
import { isDiscarded } from './service-days.js'
import { holdsLab } from './labs.js'
import { all, any, atLeast, no, not, truthOf, unknown, type Truth } from './truth.js'

/** Codes that support only under a condition; only the `supports` of a diagnosis rule has them. */
export type ConditionalCodes = readonly { codes: readonly string[]; condition?: Expression }[]

/** The truth of a condition for one line. */
export function holds(condition: Expression, at: Case, conditional: ConditionalCodes = []): Truth {
  const inner = (part: Expression) => holds(part, at, conditional)
  if ('all' in condition) return all(condition.all.map(inner))
  if ('any' in condition) return any(condition.any.map(inner))
  if ('not' in condition) return not(inner(condition.not))
  if ('atLeast' in condition) return atLeast(condition.atLeast.n, condition.atLeast.of.map(inner))
  if ('diagnosis' in condition) return holdsDiagnosis(condition.diagnosis, at, conditional)
  if ('procedureCode' in condition) return truthOf(isAmong(procedureOf(at.line), condition.procedureCode))
  if ('state' in condition) return holdsState(condition.state, at.request.coverage.state)
  if ('lab' in condition) return holdsLab(condition.lab, at)
  if ('documented' in condition) return holdsDocumented(condition.documented, at)
  if ('previousService' in condition) return holdsPreviousService(condition.previousService, at)
  if ('companion' in condition) return holdsCompanion(condition.companion, at)
  if ('modifierOnOtherLine' in condition) return holdsOnOtherLine(condition.modifierOnOtherLine, at)
  return holdsSimple(condition, at)
}

/** An atom that compares one given value with a list or a bound. */
function holdsSimple(atom: Expression, at: Case): Truth {
  const { line, request } = at
  if ('placeOfService' in atom) return listed(line.placeOfService, atom.placeOfService, 'placeOfService')
  if ('claimType' in atom) return listed(request.claimType, atom.claimType, 'claimType')
  if ('vialType' in atom) return listed(line.vialType, atom.vialType, 'vialType')
  if ('networkStatus' in atom)
    return listed(line.provider?.networkStatus, atom.networkStatus, 'provider.networkStatus')
  if ('taxonomyCode' in atom)
    return listed(line.provider?.taxonomyCode?.toUpperCase(), atom.taxonomyCode, 'provider.taxonomyCode')
  if ('treatmentPhase' in atom)
    return listed(request.treatment?.phase, atom.treatmentPhase, 'treatment.phase')
  if ('sex' in atom) return listed(request.patient?.sex, atom.sex, 'patient.sex')
  if ('goldCard' in atom) return listed(line.provider?.goldCard, [true], 'provider.goldCard')
  if ('ndcGiven' in atom) return line.ndc === undefined ? unknown('ndc') : truthOf(true)
  if ('modifier' in atom) {
    if (line.modifiers === undefined) return unknown('modifiers')
    return truthOf(line.modifiers.some((modifier) => atom.modifier.includes(modifier.toUpperCase())))
  }
  if ('ageYears' in atom) {
    const age = request.patient?.ageYears
    if (age === undefined) return unknown('patient.ageYears')
    return truthOf(age >= (atom.ageYears.minimum ?? 0) && age <= (atom.ageYears.maximum ?? 130))
  }
  if ('discardedUnits' in atom) {
    const units = discardedUnits(at)
    return typeof units === 'number' ? truthOf(units > atom.discardedUnits.over) : unknown(units.missing)
  }
  if ('units' in atom) return holdsUnits(atom.units.over, at)
  throw new Error(`not a condition: ${JSON.stringify(atom)}`)
}

/** Discarded units are no dose: a line with JW goes by its doses, and one that may carry it by both. */
function holdsUnits(over: number, at: Case): Truth {
  const isOver = (one: Case) => {
    const units = billedUnits(one)
    return units === undefined ? unknown('units') : truthOf(units > over)
  }
  const { modifiers } = at.line
  const doses = dosesBeside(at)
  const own = isOver(at)
  const isPlain = modifiers?.every((modifier) => modifier.toUpperCase() !== 'JW') ?? false
  if (isPlain || doses.length === 0) return own
  const beside = any(doses.map((line) => isOver({ ...at, line })))
  if (modifiers !== undefined) return beside
  if (own.value === beside.value && own.value !== 'unknown') return own
  return unknown('modifiers', ...own.missing, ...beside.missing)
}

function listed<T>(value: T | undefined, list: readonly T[], fact: string): Truth {
  return value === undefined ? unknown(fact) : truthOf(list.includes(value))
}

/** One linked diagnosis matches; a matching conditional code is as true as its condition. */
function holdsDiagnosis(atom: AtomArgument<'diagnosis'>, at: Case, conditional: ConditionalCodes): Truth {
  const linked = linkedDiagnoses(at)
  if ('missing' in linked) return unknown(linked.missing)
  let looked = linked.codes
  if (atom.position === 'primary') looked = looked.slice(0, 1)
  if (atom.position === 'secondary') looked = looked.slice(1)
  return any(looked.filter((code) => isNamedBy(atom, code, at)).map((code) => trustOf(code, at, conditional)))
}

/** Whether the set, a code or a pattern of the atom names a diagnosis, wherever it stands. */
export function isNamedBy(
  { codeSet, codes = [] }: AtomArgument<'diagnosis'>,
  code: string,
  at: Case,
): boolean {
  const set = at.content.codeSets.find((one) => one.codeSetId === codeSet)
  return (set?.codes.includes(code) ?? false) || codes.some((pattern) => matchesPattern(code, pattern))
}

function matchesPattern(code: string, pattern: string): boolean {
  return pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern
}

/** True for an ordinary listed code; for a conditional one what its condition says, unknown when its text is not held. */
function trustOf(code: string, at: Case, conditional: ConditionalCodes): Truth {
  const entries = conditional.filter((entry) => entry.codes.includes(code))
  return all(entries.map((entry) => (entry.condition === undefined ? unknown() : holds(entry.condition, at))))
}

/** The state atom: a part of a listed state is listed, a state with only some parts listed is unknown. */
export function holdsState(states: readonly string[], given: string | undefined): Truth {
  if (given === undefined) return unknown('state')
  const state = given.toUpperCase()
  if (states.includes(state)) return truthOf(true)
  const whole = stateOfPart(state)
  if (whole !== undefined && states.includes(whole)) return truthOf(true)
  const parts = statesPartsOf(state)
  const listedParts = parts.filter((part) => states.includes(part))
  if (listedParts.length === 0) return no
  return listedParts.length === parts.length ? truthOf(true) : unknown('state')
}

/** Unknown also when the chart says both that it is there and that it is not. */
function holdsDocumented(item: string, at: Case): Truth {
  const said = (at.request.documentation ?? [])
    .filter((entry) => entry.item === item)
    .map((entry) => entry.present)
  if (said.length === 0 || (said.includes(true) && said.includes(false)))
    return unknown(`documentation/${item}`)
  return truthOf(said.includes(true))
}

/** An earlier service within the stretch; not finding one says something only when the history reaches back far enough. */
function holdsPreviousService(atom: AtomArgument<'previousService'>, at: Case): Truth {
  const { request, line } = at
  const date = line.dateOfService
  const stretch = withoutUndefined(atom.within)
  const counts = (code: string, when: string) =>
    isAmong(plain(code), atom.procedureCodes) && when < date && date < addStretch(when, stretch)
  const inHistory = (request.serviceHistory ?? []).some(
    (entry) =>
      entry.claimStatus !== 'denied' &&
      !isDiscarded(entry) &&
      counts(entry.procedureCode, entry.dateOfService),
  )
  const onClaim = otherLines(at).some((other) => counts(other.procedureCode, other.dateOfService))
  if (inHistory || onClaim) return truthOf(true)
  const missing: string[] = []
  if (request.serviceHistory === undefined) missing.push('serviceHistory')
  const since = request.serviceHistorySince
  if (since === undefined || date < addStretch(addDays(since, -1), stretch))
    missing.push('serviceHistorySince')
  return missing.length > 0 ? unknown(...missing) : no
}

function withoutUndefined(within: { days?: number; months?: number }): { days?: number; months?: number } {
  return within.days !== undefined ? { days: within.days } : { months: within.months ?? 0 }
}

/** One of the other lines of the code, with a day in common, carries a modifier; a line that gives none leaves it open. */
function holdsOnOtherLine(modifiers: readonly string[], day: Case): Truth {
  const at = day.asSent ?? day
  const last = (line: { dateOfService: string; dateOfServiceEnd?: string | undefined }) =>
    line.dateOfServiceEnd ?? line.dateOfService
  const others = otherLines(at).filter(
    (other) =>
      procedureOf(other) === procedureOf(at.line) &&
      other.dateOfService <= last(at.line) &&
      at.line.dateOfService <= last(other),
  )
  return any(
    others.map((other) =>
      other.modifiers === undefined
        ? unknown('modifiers')
        : truthOf(other.modifiers.some((modifier) => modifiers.includes(modifier.toUpperCase()))),
    ),
  )
}

/** Another line or a planned service of the same date; not finding one says something only when the claim is complete. */
function holdsCompanion(atom: AtomArgument<'companion'>, at: Case): Truth {
  const services = [...otherLines(at), ...(at.request.plannedServices ?? [])]
  const found = services.some(
    (service) =>
      service.dateOfService === at.line.dateOfService &&
      isAmong(plain(service.procedureCode), atom.procedureCodes),
  )
  if (found) return truthOf(true)
  return at.request.claimIsComplete === true ? no : unknown('plannedServices')
}

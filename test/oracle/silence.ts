// What it means that no rule of a kind decides, and what is not loaded although the plan needs it. Section 6 of the specification.
import type { Plan } from '../../src/decision/shapes/policy.js'
import type { DecidedKind } from '../../src/decision/shapes/rule-kinds.js'
import { plain } from './codes.js'
import { procedureOf, type Case } from './facts.js'
import { isIn } from './dates.js'
import { completenessOf, currentDeclaration, setSpeakers, setsThatSpeakTo, speakersOf } from './selection.js'
import { all } from './truth.js'

const anyRole = ['binding', 'governing', 'fallback']

/** `no-limit` where every source states it; otherwise open, with what would tell whether the sources are complete here. */
export interface Silence {
  noLimit: boolean
  missing: string[]
}

/** The meaning of the absence of every result on a kind. */
export function silenceOn(kind: DecidedKind, plan: Plan, at: Case): Silence {
  const open = { noLimit: false, missing: [] }
  if (somethingIsNotLoaded(kind, plan, at)) return open
  const sets = setsThatSpeakTo(plan, kind, anyRole, at)
  if (sets.length === 0) return open
  const complete = all(sets.map((id) => completenessOf(id, kind, at)))
  if (complete.value === 'unknown') return { noLimit: false, missing: [...complete.missing] }
  if (complete.value === 'false' || speakersOf(plan, kind, at).length > 0) return open
  const declarations = sets.map((id) => currentDeclaration(id, kind, at))
  return { noLimit: declarations.every((one) => one?.silenceMeans === 'no-limit'), missing: [] }
}

/** Whether a table that the line is decided by is absent for its day and setting. */
export function somethingIsNotLoaded(kind: DecidedKind, plan: Plan, at: Case): boolean {
  const governs = plan.follows.some(
    ({ role, policySetId }) => role === 'governing' && setSpeakers(policySetId, kind, at).length > 0,
  )
  const sets = plan.follows
    .filter(({ role }) => role !== 'fallback' || !governs)
    .map(({ policySetId }) => policySetId)
  const withTable = (table: 'unit-limits' | 'procedure-pairs') =>
    sets.filter((id) =>
      at.content.policySets.some((set) => set.policySetId === id && set.tables?.includes(table)),
    )
  if (kind === 'units') return withTable('unit-limits').some((id) => !hasUnitTable(id, at))
  if (kind === 'claim-line') return withTable('procedure-pairs').some((id) => !hasPairTable(id, at))
  return false
}

function hasUnitTable(policySetId: string, at: Case): boolean {
  const { claimType } = at.request
  const ofClaim = { professional: 'practitioner', institutional: 'outpatient-hospital', dme: 'dme-supplier' }
  const settings = claimType === undefined ? Object.values(ofClaim) : [ofClaim[claimType]]
  return settings.every((setting) =>
    at.content.unitLimits.some(
      (edition) =>
        edition.policySetId === policySetId &&
        edition.setting === setting &&
        isIn(at.line.dateOfService, edition),
    ),
  )
}

/** Pairs matter beside another service of the day only, on the claim, in the history or planned. */
function hasPairTable(policySetId: string, at: Case): boolean {
  const { claimType } = at.request
  if (claimType === 'dme' || !hasOtherService(at)) return true
  const settings =
    claimType === undefined
      ? ['practitioner', 'outpatient-hospital']
      : [claimType === 'professional' ? 'practitioner' : 'outpatient-hospital']
  return settings.every((setting) =>
    at.content.procedurePairs.some(
      (edition) =>
        edition.policySetId === policySetId &&
        edition.setting === setting &&
        !(edition.source.usableThrough !== undefined && at.line.dateOfService > edition.source.usableThrough),
    ),
  )
}

function hasOtherService(day: Case): boolean {
  const at = day.asSent ?? day
  const own = procedureOf(at.line)
  const onClaim = at.request.serviceLines.filter(
    (line) => line.lineNumber !== at.line.lineNumber && procedureOf(line) !== own,
  )
  const elsewhere = [
    ...(at.request.serviceHistory ?? []).filter((entry) => entry.claimStatus !== 'denied'),
    ...(at.request.plannedServices ?? []),
  ].filter((entry) => plain(entry.procedureCode) !== own)
  const last = at.line.dateOfServiceEnd ?? at.line.dateOfService
  const overlaps = (from: string, to: string) => from <= last && at.line.dateOfService <= to
  return (
    onClaim.some((line) => overlaps(line.dateOfService, line.dateOfServiceEnd ?? line.dateOfService)) ||
    elsewhere.some((entry) => overlaps(entry.dateOfService, entry.dateOfService))
  )
}

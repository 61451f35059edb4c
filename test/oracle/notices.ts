// What goes with an expected denial, by line of business: section 13 of the specification.
import type { Plan } from '../../src/decision/shapes/policy.js'
import { plain } from './codes.js'
import { lastDayOf } from './days.js'
import { procedureOf, type Case } from './facts.js'

export type NaiveNotice = 'abn-required' | 'abn-voluntary' | 'organization-determination' | 'no-notice'

/** What the oracle knows of a line when it comes to notices. */
export interface Denials {
  plan: Plan | undefined
  at: Case
  codesInvalid: boolean
  /** Grounds of the parts of necessity that are false, where the whole is. */
  grounds: string[]
  /** Too soon or too often, not cured, and more is denied. */
  offSchedule: boolean
  lineFault: boolean
  authorizationRequired: boolean
}

/** The notices of a line, in the order in which they are given. */
export function noticesOf(denials: Denials): NaiveNotice[] {
  const { plan, codesInvalid, grounds, offSchedule } = denials
  if (plan === undefined || codesInvalid) return []
  if (plan.lineOfBusiness === 'medicare') return ofOriginalMedicare(denials)
  const deniedByPlan = grounds.length > 0 || offSchedule
  return plan.lineOfBusiness === 'medicare-advantage' && deniedByPlan ? ['organization-determination'] : []
}

function ofOriginalMedicare({
  at,
  grounds,
  offSchedule,
  lineFault,
  authorizationRequired,
}: Denials): NaiveNotice[] {
  const notices: NaiveNotice[] = []
  const date = at.line.dateOfService
  const refused = authorizationRequired && isRefused(at)
  // What is excluded outright leaves nothing to be judged necessary.
  if (grounds.includes('statutory') || grounds.includes('benefit-category')) {
    if (date >= '2010-04-01') notices.push('abn-voluntary')
  } else if (offSchedule || refused || grounds.includes('reasonable-and-necessary')) {
    if (date >= '2011-07-01') notices.push('abn-required')
  }
  if (lineFault) notices.push('no-notice')
  if (authorizationRequired && !refused) notices.push('no-notice')
  return notices
}

/** A denied authorization lists the code and contradicts the line in nothing. */
function isRefused(at: Case): boolean {
  const { line } = at
  return (at.request.authorizations ?? []).some((one) => {
    if (one.status !== 'denied' || one.procedureCodes === undefined) return false
    if (!one.procedureCodes.map(plain).includes(procedureOf(line))) return false
    if (one.from !== undefined && one.from > line.dateOfService) return false
    if (one.to !== undefined && one.to < lastDayOf(at)) return false
    const npi = line.provider?.npi
    if (one.providerNpi !== undefined && npi !== undefined && one.providerNpi !== npi) return false
    const place = line.placeOfService
    return one.placesOfService === undefined || place === undefined || one.placesOfService.includes(place)
  })
}

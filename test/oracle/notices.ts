// Which Medicare notice goes with an expected denial: section 13 of the specification.
import type { Plan } from '../../src/decision/policy.js'

export type NaiveNotice = 'abn-required' | 'abn-voluntary'

/** What the oracle knows of a line when it comes to notices. */
export interface Denials {
  plan: Plan | undefined
  date: string
  codesInvalid: boolean
  /** Grounds of the parts of necessity that are false, where the whole is. */
  grounds: string[]
  /** Too soon or too often, and not cured. */
  offSchedule: boolean
}

/** At most one notice: what is excluded outright leaves nothing to be judged necessary. */
export function noticesOf({ plan, date, codesInvalid, grounds, offSchedule }: Denials): NaiveNotice[] {
  if (plan === undefined || plan.lineOfBusiness !== 'medicare' || codesInvalid) return []
  const outright = grounds.includes('statutory') || grounds.includes('benefit-category')
  if (outright) return date < '2010-04-01' ? [] : ['abn-voluntary']
  const unnecessary = offSchedule || grounds.includes('reasonable-and-necessary')
  return unnecessary && date >= '2011-07-01' ? ['abn-required'] : []
}

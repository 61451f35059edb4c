import type { Facts } from '../facts/facts.js'
import { displayDiagnosis } from '../shapes/codes.js'
import { listed } from './wording.js'

const mostNamed = 3

/** The diagnoses that a line points to, as people write them: "E44.0", "E44.0 and D51.0"; without any, "its diagnoses". */
export function diagnosesInWords({ linkedDiagnoses }: Facts): string {
  if ('missing' in linkedDiagnoses || linkedDiagnoses.value.length === 0) return 'its diagnoses'
  const named = linkedDiagnoses.value.map(displayDiagnosis)
  const more = named.length - mostNamed
  return more > 0 ? `${named.slice(0, mostNamed).join(', ')} and ${more} more` : listed(named, 'and')
}

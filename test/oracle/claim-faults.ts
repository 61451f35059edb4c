// What every claim is checked by, whatever the policy. Section 9 of the specification, "Rules of every claim".
import type { Plan } from '../../src/decision/shapes/policy.js'
import { elevenDigitsOf } from './claim-tables.js'
import { isAmong, plain } from './codes.js'
import { dosesBeside, procedureOf, type Case } from './facts.js'
import { no, type Truth } from './truth.js'

/** A rule of every claim that is broken, or not known to be kept; `never` where nothing added to the line cures it. */
export interface Fault {
  truth: Truth
  never: boolean
}

const drugs = words(
  'J0000-J9999 Q0138-Q0139 Q0161-Q0181 Q0220-Q0250 Q2004-Q2058 Q3027-Q3028 Q4074-Q4082 Q5101-Q5199 Q9950-Q9999',
)
const handsOn = words('90460-90480 95115-95199 96360-96379 96401-96549 G0008-G0010 10004-69990 P9010-P9100')
const staff = words(
  '36430 37195 90471-90472 94640-94645 94664-94669 95115-95117 95990 96360-96361 96365-96377 96401-96402 96409-96425 96446 96521-96523 G0498',
)

function words(text: string): string[] {
  return text.split(' ')
}

function repeats(list: readonly unknown[]): boolean {
  return new Set(list).size < list.length
}

/** All faults of a line as part of its claim. */
export function claimFaultsOf(plan: Plan, at: Case): Fault[] {
  const { request, line } = at
  const diagnoses = (request.diagnosisCodes ?? []).map(plain)
  const byPointer = request.claimType === 'professional' || request.claimType === 'dme'
  const pointers = byPointer ? (line.diagnosisPointers ?? []) : []
  const modifiers = (line.modifiers ?? []).map((modifier) => modifier.toUpperCase())
  const faults: Fault[] = []
  const broken = (isBroken: boolean, never: boolean): void => {
    if (isBroken) faults.push({ truth: no, never })
  }
  broken(repeats(diagnoses), true)
  broken(repeats(pointers), true)
  broken(byPointer && diagnoses.length > 12, true)
  broken(pointers.length > 4, true)
  const [pointer] = pointers
  const firsts = [diagnoses[0], pointer === undefined ? undefined : diagnoses[pointer - 1]]
  broken(
    firsts.some((code) => code !== undefined && isNeverFirst(code)),
    true,
  )
  faults.push(...placeFaultsOf(plan, at))
  broken(line.ndc !== undefined && elevenDigitsOf(line.ndc.code) === undefined, false)
  broken(modifiers.includes('JW') && modifiers.includes('JZ'), true)
  const isOfMedicare = plan.lineOfBusiness === 'medicare' && request.claimType !== 'dme'
  broken(
    isOfMedicare &&
      request.claimType !== undefined &&
      modifiers.includes('JW') &&
      dosesBeside(at).length === 0,
    false,
  )
  return faults
}

/** External causes, adverse effects and underdosing, and sequelae follow another diagnosis. */
function isNeverFirst(code: string): boolean {
  const [letter = '', ...rest] = code
  if ('VWXY'.includes(letter) && '0123456789'.includes(rest[0] ?? '-')) return true
  const category = Number(rest.slice(0, 2).join(''))
  if (letter === 'T' && category >= 36 && category <= 50) {
    const intent = rest[4] === undefined || rest[4] === 'X' ? rest[3] : rest[4]
    if (intent === '5' || intent === '6') return true
  }
  return code.length === 7 && code.charAt(6) === 'S'
}

function placeFaultsOf(plan: Plan, { request, line }: Case): Fault[] {
  const { placeOfService: place } = line
  const code = procedureOf({ ...line })
  if (place === '02' || place === '10')
    return isAmong(code, [...drugs, ...handsOn]) ? [{ truth: no, never: true }] : []
  if (place === undefined || request.claimType !== 'professional' || !isAmong(code, [...drugs, ...staff]))
    return []
  const inHospital = ['19', '21', '22', '23'].includes(place)
  if (inHospital && plan.lineOfBusiness === 'medicare') return [{ truth: no, never: true }]
  const inFacility = words('24 26 31 34 41 42 51 52 53 56 61').includes(place)
  return inHospital || inFacility ? [{ truth: no, never: false }] : []
}

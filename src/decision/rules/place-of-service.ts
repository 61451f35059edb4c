import { inProcedures } from '../shapes/codes.js'
import type { Facts } from '../facts/facts.js'
import type { Plan } from '../shapes/policy.js'
import { fault, type ClaimFault } from './claim-fault.js'
import { incidentTo, placesOfService } from './claim-format-sources.js'

// HCPCS Level II drugs and biologicals. Q is listed by ranges, because Q3014 (the telehealth facility fee)
// and laboratory codes are Q codes too.
const drugs = [
  'J0000-J9999',
  'Q0138-Q0139',
  'Q0161-Q0181',
  'Q0220-Q0250',
  'Q2004-Q2058',
  'Q3027-Q3028',
  'Q4074-Q4082',
  'Q5101-Q5199',
  'Q9950-Q9999',
]

// Injections (also of allergens), infusions, immunizations and chemotherapy.
const administrations = ['90460-90480', '95115-95199', '96360-96379', '96401-96549', 'G0008-G0010']

const notByTelehealth = [...drugs, ...administrations, '10004-69990', 'P9010-P9100']

// Codes with PC/TC indicator 5 in the fee schedule of October 2025: services that staff give under the
// supervision of the physician. Dental codes are left out.
const incidentToServices = [
  '36430',
  '37195',
  '90471-90472',
  '94640-94645',
  '94664-94669',
  '95115-95117',
  '95990',
  '96360-96361',
  '96365-96377',
  '96401-96402',
  '96409-96425',
  '96446',
  '96521-96523',
  'G0498',
]

const telehealthPlaces = ['02', '10']
const hospitalPlaces = ['19', '21', '22', '23']
// The other places that Medicare pays at the facility rate. No loaded document says who bills the drug there.
const otherFacilities = ['24', '26', '31', '34', '41', '42', '51', '52', '53', '56', '61']

const facilityPlaces = [...hospitalPlaces, ...otherFacilities]

const facilityServices = [...drugs, ...incidentToServices]

/**
 * Whether this service cannot be given by video or telephone: a drug, an injection or infusion, a blood draw,
 * surgery.
 */
export function isNeverTelehealth(code: string): boolean {
  return inProcedures(code, notByTelehealth)
}

/** Whether the place of service is one of telehealth. */
export function isTelehealthPlace(place: string | undefined): boolean {
  return place !== undefined && telehealthPlaces.includes(place)
}

/** The faults of a line whose place of service does not fit its code or claim type. */
export function placeFaults({ line, claimType }: Facts, plan: Plan): ClaimFault[] {
  const place = line.sent.placeOfService
  if (place === undefined) return []
  const used = { fact: 'placeOfService', value: place }
  if (isTelehealthPlace(place) && isNeverTelehealth(line.code))
    return [fault({ code: 'not-by-telehealth', place, procedure: line.code }, used, placesOfService)]
  if (claimType !== 'professional' || !facilityPlaces.includes(place)) return []
  if (!inProcedures(line.code, facilityServices)) return []
  if (hospitalPlaces.includes(place) && plan.lineOfBusiness === 'medicare')
    return [
      fault({ code: 'facility-bills-it', place, procedure: line.code }, used, incidentTo, {
        section: 'PC/TC indicator 5',
      }),
    ]
  return [
    fault({ code: 'facility-may-bill-it', place, procedure: line.code }, used, incidentTo, {
      isConflict: false,
      section: 'PC/TC indicator 5',
    }),
  ]
}

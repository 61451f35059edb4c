import type { ClaimType } from '../shapes/codes.js'
import { matchState } from '../conditions/evaluate.js'
import type { ScopeFacts } from '../facts/facts.js'
import type { Area, Jurisdiction, contractorTypes } from '../shapes/area.js'
import { allOf, anyOf, decided, unknown, type Evaluated } from '../shapes/truth.js'

/** Where a service is furnished and on which kind of claim it is billed. */
type Place = Pick<ScopeFacts, 'claimType' | 'state' | 'contractorNumber'>

type ContractorType = (typeof contractorTypes)[number]

// The claim form, never the plan, decides the contractor: hospital outpatient care is a Part B benefit processed on the
// MAC's Part A side (CMS Claims Processing Manual ch. 1 §10.1).
const contractorOf: Record<ClaimType, ContractorType> = {
  professional: 'mac-part-b',
  institutional: 'mac-part-a',
  dme: 'dme-mac',
}

/** Whether a document or declaration applies to the place and claim type of the request; an absent jurisdiction applies everywhere. */
export function applies(jurisdiction: Jurisdiction | undefined, request: Place): Evaluated {
  if (jurisdiction === undefined) return decided(true)
  const areas = Array.isArray(jurisdiction) ? jurisdiction : [jurisdiction]
  return anyOf(areas.map((area) => allOf([matchContractorType(area, request), matchPlace(area, request)])))
}

function matchContractorType({ contractorTypes }: Area, { claimType }: Place): Evaluated {
  if (contractorTypes === undefined || new Set(contractorTypes).size === 3) return decided(true)
  return claimType === undefined
    ? unknown(['claimType'])
    : decided(contractorTypes.includes(contractorOf[claimType]), { fact: 'claimType', value: claimType })
}

function matchPlace({ states, contractorNumbers }: Area, { state, contractorNumber }: Place): Evaluated {
  if (contractorNumbers !== undefined && contractorNumber !== undefined) {
    if (!contractorNumbers.includes(contractorNumber))
      return decided(false, { fact: 'coverage.contractorNumber', value: contractorNumber })
    // The contractor's own number against a state outside its area: one of the two is wrong.
    return states !== undefined && matchState(state, states).truth === 'false'
      ? unknown(['state'])
      : decided(true)
  }
  if (states !== undefined) return matchState(state, states)
  return contractorNumbers === undefined ? decided(true) : unknown(['contractorNumber'])
}

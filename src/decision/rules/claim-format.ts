import { displayDiagnosis } from '../shapes/codes.js'
import type { Facts } from '../facts/facts.js'
import { elevenDigits } from '../facts/ndc.js'
import type { ClaimFaultReason } from '../reasons/claim.js'
import type { Plan } from '../shapes/policy.js'
import { fault, type ClaimFault } from './claim-fault.js'
import {
  claimForm,
  codingGuidelines,
  discardedBesideDose,
  discardedDrugs,
  drugCodesOnClaims,
  duplicateDiagnoses,
} from './claim-format-sources.js'
import { dosesBeside } from '../facts/procedure-pair-parts.js'
import { placeFaults } from './place-of-service.js'

type Nature = Extract<ClaimFaultReason, { code: 'diagnosis-never-first' }>['nature']

const mostDiagnoses = 12
const mostPointers = 4

/**
 * Checks the line as part of a claim: its diagnoses and pointers, place of service, NDC and modifiers.
 * Returns [] if there is no fault.
 */
export function claimFaults(facts: Facts, plan: Plan): ClaimFault[] {
  return [
    ...repeatedDiagnoses(facts),
    ...tooMany(facts),
    ...neverFirst(facts),
    ...placeFaults(facts, plan),
    ...ndcFaults(facts),
    ...discardFaults(facts),
    ...discardWithoutDose(facts, plan),
  ]
}

/**
 * Whether the claim links lines to diagnoses by pointers: professional and supplier claims (837P) do,
 * institutional ones do not.
 */
function hasPointers({ claimType }: Facts): boolean {
  return claimType === 'professional' || claimType === 'dme'
}

function repeatedDiagnoses(facts: Facts): ClaimFault[] {
  const { diagnoses = [], line } = facts
  const codes = diagnoses.filter((code, at) => diagnoses.indexOf(code) !== at)
  const pointers = hasPointers(facts) ? (line.sent.diagnosisPointers ?? []) : []
  const pointed = pointers.filter((pointer, at) => pointers.indexOf(pointer) !== at)
  return [
    ...[...new Set(codes)].map((code) =>
      fault(
        { code: 'diagnosis-repeated', diagnosis: code },
        { fact: 'diagnosisCodes', value: displayDiagnosis(code) },
        duplicateDiagnoses,
      ),
    ),
    ...[...new Set(pointed)].map((pointer) =>
      fault(
        { code: 'pointer-repeated', pointer },
        { fact: 'diagnosisPointers', value: String(pointer) },
        duplicateDiagnoses,
      ),
    ),
  ]
}

function tooMany(facts: Facts): ClaimFault[] {
  if (!hasPointers(facts)) return []
  const { diagnoses = [], line } = facts
  const pointers = line.sent.diagnosisPointers?.length ?? 0
  return [
    ...(diagnoses.length > mostDiagnoses
      ? [
          fault(
            { code: 'too-many-diagnoses', most: mostDiagnoses, count: diagnoses.length },
            { fact: 'diagnosisCodes', value: String(diagnoses.length) },
            claimForm,
          ),
        ]
      : []),
    ...(pointers > mostPointers
      ? [
          fault(
            { code: 'too-many-pointers', most: mostPointers, count: pointers },
            { fact: 'diagnosisPointers', value: String(pointers) },
            claimForm,
          ),
        ]
      : []),
  ]
}

/** Why a diagnosis code may not come first by the guidelines, with their section; undefined if it may. */
function whyNeverFirst(code: string): { readonly nature: Nature; readonly section: string } | undefined {
  if (/^[V-Y][0-9]/.test(code)) return { nature: 'external-cause', section: 'I.C.20' }
  if (/^T(3[6-9]|4[0-9]|50)/.test(code)) {
    // The sixth character says how the drug did harm; the fifth does if the code is shorter or the sixth is a
    // placeholder.
    const sixth = code[5]
    const intent = sixth === undefined || sixth === 'X' ? code[4] : sixth
    if (intent === '5') return { nature: 'adverse-effect', section: 'I.C.19.e.5' }
    if (intent === '6') return { nature: 'underdosing', section: 'I.C.19.e.5' }
  }
  return code.length === 7 && code.endsWith('S') ? { nature: 'sequela', section: 'I.B.10' } : undefined
}

/**
 * Checks the first diagnosis of the claim, and on claims with pointers the first of the line: some codes may
 * only follow another code.
 */
function neverFirst(facts: Facts): ClaimFault[] {
  const { diagnoses = [], line } = facts
  const pointer = hasPointers(facts) ? line.sent.diagnosisPointers?.[0] : undefined
  const first = new Set([diagnoses[0], pointer === undefined ? undefined : diagnoses[pointer - 1]])
  return [...first].flatMap((code) => {
    const why = code === undefined ? undefined : whyNeverFirst(code)
    if (code === undefined || why === undefined) return []
    const shown = displayDiagnosis(code)
    return [
      fault(
        { code: 'diagnosis-never-first', diagnosis: code, nature: why.nature },
        { fact: 'diagnosisCodes', value: shown },
        codingGuidelines,
        { section: why.section },
      ),
    ]
  })
}

function ndcFaults({ line }: Facts): ClaimFault[] {
  const ndc = line.sent.ndc?.code
  if (ndc === undefined || elevenDigits(ndc) !== undefined) return []
  return [
    fault({ code: 'ndc-not-readable' }, { fact: 'ndc', value: ndc }, drugCodesOnClaims, {
      isConflict: false,
    }),
  ]
}

function discardFaults({ line }: Facts): ClaimFault[] {
  const modifiers = (line.sent.modifiers ?? []).map((modifier) => modifier.toUpperCase())
  if (!modifiers.includes('JW') || !modifiers.includes('JZ')) return []
  return [fault({ code: 'jw-beside-jz' }, { fact: 'modifiers', value: 'JW JZ' }, discardedDrugs)]
}

/**
 * Discarded drug must be billed with the dose from the same container. The text is Medicare's, so only
 * Medicare lines are checked.
 */
function discardWithoutDose({ line, lines, claimType }: Facts, { lineOfBusiness }: Plan): ClaimFault[] {
  if (lineOfBusiness !== 'medicare' || (claimType !== 'professional' && claimType !== 'institutional'))
    return []
  if (!line.modifiers.isDiscarded || dosesBeside(line, lines).length > 0) return []
  return [
    fault(
      { code: 'discard-without-dose', procedure: line.code },
      { fact: 'modifiers', value: 'JW' },
      discardedBesideDose,
      { isConflict: false },
    ),
  ]
}

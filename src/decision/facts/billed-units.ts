import { doseOn } from './code-presence.js'
import { collect } from '../collect.js'
import { rounded, type Known } from '../shapes/amount.js'
import { elevenDigits } from './ndc.js'
import { inRange } from '../shapes/plain-date.js'
import type { BilledBy, BillingSteps, ConvertedDose, Discarded, Dose } from '../reasons/billing.js'
import type { Plan } from '../shapes/policy.js'
import type { ServiceLine } from '../shapes/request.js'
import { convertAmount } from './ucum.js'
import type { PolicyView } from '../shapes/view.js'

/** What a line bills, what of the drug was discarded and may be billed beside it, and how that was reckoned. */
export interface Billing {
  readonly billedUnits: Known<number>
  readonly discardedUnits: Known<number>
  readonly calculation: BillingSteps
}

/**
 * The billed units of a line: as given, or reckoned from the administered dose or from the NDC quantity; figures that disagree settle
 * nothing. A part of a unit is billed as a whole one (Medicare Claims Processing Manual, chapter 17 sections 10 and 40).
 */
export function billingOf(
  line: ServiceLine,
  code: string,
  view: PolicyView,
  plan: Plan | undefined,
): Billing {
  const table = view.codeTable('hcpcs')?.on(code, line.dateOfService)
  const perUnit = table === undefined ? undefined : doseOn(table, code, line.dateOfService)
  const item = itemOf(line, code, view, plan)
  const reckoned = [
    fromDose(line.administeredDose, perUnit),
    fromVolume(line.administeredDose, item, line),
    fromQuantity(line, item),
  ].filter((one) => one !== undefined)
  const figures = new Set([
    ...reckoned.map(({ exact }) => Math.ceil(exact)),
    ...(line.units === undefined ? [] : [line.units]),
  ])
  const [units] = figures
  const discarded = discardedOf(line, perUnit)
  return {
    billedUnits: units === undefined || figures.size > 1 ? { missing: 'units' } : { value: units },
    discardedUnits: discarded.units,
    calculation: discarded.steps === undefined ? reckoned : [...reckoned, discarded.steps],
  }
}

/** A dose in another unit: converted, or, for a volume, by the concentration. Undefined when it cannot be told. */
function doseIn(unit: string, dose: Dose, concentration: Dose | undefined): ConvertedDose | undefined {
  const direct = convertAmount(dose.value, dose.unit, unit)
  if (direct !== undefined) return { dose, amount: direct, unit, concentration: undefined }
  const millilitres = convertAmount(dose.value, dose.unit, 'mL')
  const strength =
    concentration === undefined
      ? undefined
      : convertAmount(concentration.value, concentration.unit, `${unit}/mL`)
  if (concentration === undefined || millilitres === undefined || strength === undefined) return undefined
  return { dose, amount: rounded(millilitres * strength), unit, concentration }
}

/** "Up to" semantics of HCPCS drug units: any dose up to the dose of a unit is one unit. */
function fromDose(dose: ServiceLine['administeredDose'], perUnit: Dose | undefined): BilledBy | undefined {
  if (dose === undefined || perUnit === undefined) return undefined
  const given = doseIn(perUnit.unit, dose, dose.concentration)
  if (given === undefined || given.amount <= 0) return undefined
  return { type: 'dose', exact: rounded(given.amount / perUnit.value), given, perUnit }
}

/** One item (vial, syringe) of the package that the line names. */
interface Item {
  readonly size: number
  readonly units: number
}

/**
 * What the crosswalks of the plan's sets say of the package, where they all say the same: its amount and its billing units. Not from a
 * secondary source, since a pass may rest on it, and not from an edition that is too old.
 */
function itemOf(line: ServiceLine, code: string, view: PolicyView, plan: Plan | undefined): Item | undefined {
  const ndc = line.ndc === undefined ? undefined : elevenDigits(line.ndc.code)
  if (ndc === undefined || plan === undefined) return undefined
  const rows = collect(plan.follows, ({ policySetId }) => {
    const current = view
      .ndcEditions(policySetId, ndc)
      .find(({ edition }) => inRange(line.dateOfService, edition))
    if (current === undefined) return []
    const { grade, usableThrough = line.dateOfService } = current.edition.source
    return grade !== 'secondary' && line.dateOfService <= usableThrough
      ? current.rows.filter((row) => row.procedureCode === code)
      : []
  })
  const [first] = rows
  if (first?.packageSize === undefined || first.billingUnits === undefined) return undefined
  const same = rows.every(
    (row) => row.packageSize === first.packageSize && row.billingUnits === first.billingUnits,
  )
  return same ? { size: first.packageSize, units: first.billingUnits } : undefined
}

/** A dose by volume, where the package is measured in millilitres: NDC unit ML. */
function fromVolume(
  dose: ServiceLine['administeredDose'],
  item: Item | undefined,
  { ndc }: ServiceLine,
): BilledBy | undefined {
  if (dose === undefined || item === undefined || ndc?.unit !== 'ML') return undefined
  const millilitres = convertAmount(dose.value, dose.unit, 'mL')
  if (millilitres === undefined || millilitres <= 0) return undefined
  return {
    type: 'volume',
    exact: rounded((millilitres / item.size) * item.units),
    millilitres,
    ...item,
  }
}

/** The NDC quantity: millilitres and grams in the amount of an item, UN in items where an item counts as one. */
function fromQuantity({ ndc }: ServiceLine, item: Item | undefined): BilledBy | undefined {
  if (ndc?.quantity === undefined || item === undefined) return undefined
  if (ndc.unit !== 'ML' && ndc.unit !== 'GR' && !(ndc.unit === 'UN' && item.size === 1)) return undefined
  return {
    type: 'quantity',
    exact: rounded((ndc.quantity / item.size) * item.units),
    quantity: ndc.quantity,
    unit: ndc.unit,
    ...item,
  }
}

/**
 * Discarded units: what the container held (given and discarded), in whole units, less the units billed for what was given. Where these
 * already pay for the whole container nothing is left to bill (Medicare Claims Processing Manual, chapter 17 section 40: 7 mg of a 10 mg
 * vial, 10 mg a unit). Nothing discarded is nothing, whatever the dose.
 */
function discardedOf(
  { discardedDose, administeredDose }: ServiceLine,
  perUnit: Dose | undefined,
): { units: Known<number>; steps?: Discarded } {
  if (discardedDose === undefined) return { units: { missing: 'discardedDose' } }
  if (discardedDose.value === 0) return { units: { value: 0 }, steps: { type: 'nothing-discarded' } }
  if (administeredDose === undefined || perUnit === undefined)
    return { units: { missing: 'administeredDose' } }
  const { concentration } = administeredDose
  const given = doseIn(perUnit.unit, administeredDose, concentration)
  const discarded = doseIn(perUnit.unit, discardedDose, concentration)
  if (given === undefined || discarded === undefined) return { units: { missing: 'administeredDose' } }
  const held = rounded(given.amount + discarded.amount)
  const whole = Math.floor(rounded(held / perUnit.value))
  const forDose = Math.ceil(rounded(given.amount / perUnit.value))
  const units = Math.max(0, whole - forDose)
  return {
    units: { value: units },
    steps: { type: 'discarded', discarded, held, whole, forDose, units },
  }
}

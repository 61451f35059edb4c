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

/**
 * The units that a line bills, the discarded units that may be billed on another line, and the steps of the
 * calculation.
 */
export interface Billing {
  readonly billedUnits: Known<number>
  readonly discardedUnits: Known<number>
  readonly calculation: BillingSteps
}

/**
 * Calculates the billed units of a line: as given, from the administered dose, or from the NDC quantity.
 * `missing` if the figures disagree. A part of a unit is billed as a whole unit (Medicare Claims Processing
 * Manual, chapter 17 sections 10 and 40).
 */
export function billingOf(
  line: ServiceLine,
  code: string,
  view: PolicyView,
  plan: Plan | undefined,
): Billing {
  const isDosed = line.administeredDose !== undefined || line.discardedDose !== undefined
  const table = isDosed ? view.codeTable('hcpcs')?.on(code, line.dateOfService) : undefined
  const perUnit = table === undefined ? undefined : doseOn(table, code, line.dateOfService)
  const item = itemOf(line, code, view, plan)
  const calculated = [
    fromDose(line.administeredDose, perUnit),
    fromVolume(line.administeredDose, item, line),
    fromQuantity(line, item),
  ].filter((one) => one !== undefined)
  const figures = new Set([
    ...calculated.map(({ exact }) => Math.ceil(exact)),
    ...(line.units === undefined ? [] : [line.units]),
  ])
  const [units] = figures
  const discarded = discardedOf(line, perUnit)
  return {
    billedUnits: units === undefined || figures.size > 1 ? { missing: 'units' } : { value: units },
    discardedUnits: discarded.units,
    calculation: discarded.steps === undefined ? calculated : [...calculated, discarded.steps],
  }
}

/** Converts a dose into another unit, a volume by its concentration. Undefined if it does not convert. */
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

/**
 * Units from the administered dose. HCPCS drug units are "up to": any dose up to the dose of one unit is one
 * unit.
 */
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
 * The amount and the billing units of an item of the package, from the crosswalks of the plan's sets;
 * undefined if they disagree. Secondary sources are not used, because a pass may depend on the result. Nor
 * are editions past `usableThrough`.
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

/** Units from the volume of the dose, where the package is measured in millilitres (NDC unit ML). */
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

/**
 * Units from the NDC quantity. ML and GR are divided by the amount of an item; UN counts items, so it needs
 * items of amount 1.
 */
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
 * Discarded units: the whole units in the container (given and discarded), less the units billed for the
 * given dose. 0 if those already pay for the whole container (Medicare Claims Processing Manual, chapter 17
 * section 40: 7 mg of a 10 mg vial, 10 mg a unit), and 0 if nothing was discarded.
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

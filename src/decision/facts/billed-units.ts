import { doseOn } from './code-presence.js'
import { collect } from '../collect.js'
import { rounded, type Known } from '../shapes/amount.js'
import { elevenDigits } from './ndc.js'
import { inRange } from '../shapes/plain-date.js'
import type { Plan } from '../shapes/policy.js'
import type { ServiceLine } from '../shapes/request.js'
import { convertAmount } from './ucum.js'
import type { PolicyView } from '../shapes/view.js'

/** What a line bills, what of the drug was discarded and may be billed beside it, and how that was reckoned, in words. */
export interface Billing {
  readonly billedUnits: Known<number>
  readonly discardedUnits: Known<number>
  readonly calculation: string | undefined
}

/** A number of units, not yet rounded, and how it came about. */
interface Reckoned {
  readonly exact: number
  readonly words: string
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
  const words = [
    ...reckoned.map(({ exact, words: how }) => `${how}${roundedUp(exact)}`),
    ...(discarded.words === undefined ? [] : [discarded.words]),
  ]
  return {
    billedUnits: units === undefined || figures.size > 1 ? { missing: 'units' } : { value: units },
    discardedUnits: discarded.units,
    calculation: words.length === 0 ? undefined : [...new Set(words)].join(' '),
  }
}

function roundedUp(exact: number): string {
  const units = Math.ceil(exact)
  const billed = `${units} ${units === 1 ? 'unit' : 'units'}`
  return units === exact
    ? ` = ${billed}.`
    : ` = ${exact} units; a part of a unit is billed as a whole one: ${billed}.`
}

type Dose = { readonly value: number; readonly unit: string }

/** A dose in another unit: converted, or, for a volume, by the concentration; with the steps in words. Undefined when it cannot be told. */
function doseIn(
  unit: string,
  dose: Dose,
  concentration: Dose | undefined,
): { amount: number; words: string } | undefined {
  const direct = convertAmount(dose.value, dose.unit, unit)
  const given = `${dose.value} ${dose.unit}`
  if (direct !== undefined)
    return { amount: direct, words: dose.unit === unit ? given : `${given} = ${direct} ${unit}` }
  const millilitres = convertAmount(dose.value, dose.unit, 'mL')
  const strength =
    concentration === undefined
      ? undefined
      : convertAmount(concentration.value, concentration.unit, `${unit}/mL`)
  if (concentration === undefined || millilitres === undefined || strength === undefined) return undefined
  const amount = rounded(millilitres * strength)
  return { amount, words: `${given} x ${concentration.value} ${concentration.unit} = ${amount} ${unit}` }
}

/** "Up to" semantics of HCPCS drug units: any dose up to the dose of a unit is one unit. */
function fromDose(dose: ServiceLine['administeredDose'], perUnit: Dose | undefined): Reckoned | undefined {
  if (dose === undefined || perUnit === undefined) return undefined
  const given = doseIn(perUnit.unit, dose, dose.concentration)
  if (given === undefined || given.amount <= 0) return undefined
  return {
    exact: rounded(given.amount / perUnit.value),
    words: `${given.words}; / ${perUnit.value} ${perUnit.unit} a unit`,
  }
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
): Reckoned | undefined {
  if (dose === undefined || item === undefined || ndc?.unit !== 'ML') return undefined
  const millilitres = convertAmount(dose.value, dose.unit, 'mL')
  if (millilitres === undefined || millilitres <= 0) return undefined
  return {
    exact: rounded((millilitres / item.size) * item.units),
    words: `${millilitres} mL / ${item.size} mL an item x ${item.units} units an item (NDC crosswalk)`,
  }
}

/** The NDC quantity: millilitres and grams in the amount of an item, UN in items where an item counts as one. */
function fromQuantity({ ndc }: ServiceLine, item: Item | undefined): Reckoned | undefined {
  if (ndc?.quantity === undefined || item === undefined) return undefined
  if (ndc.unit !== 'ML' && ndc.unit !== 'GR' && !(ndc.unit === 'UN' && item.size === 1)) return undefined
  return {
    exact: rounded((ndc.quantity / item.size) * item.units),
    words: `NDC quantity ${ndc.quantity} ${ndc.unit} / ${item.size} ${ndc.unit} an item x ${item.units} units an item`,
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
): { units: Known<number>; words?: string } {
  if (discardedDose === undefined) return { units: { missing: 'discardedDose' } }
  if (discardedDose.value === 0) return { units: { value: 0 }, words: 'Nothing was discarded.' }
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
    words: `${discarded.words} discarded: the containers held ${held} ${perUnit.unit}, ${whole} whole units, of which ${Math.min(whole, forDose)} are billed for the dose; ${units} ${units === 1 ? 'is' : 'are'} left to bill as discarded.`,
  }
}

// The units that a line bills, and those it may bill as discarded. Section 1 of the specification, "Billed units" and "Discarded units".
import type { ServiceLine } from '../../src/decision/shapes/request.js'
import { plain } from './codes.js'
import { convert, rounded } from './convert.js'
import { isIn } from './dates.js'
import { doseOnDate } from './editions.js'
import { procedureOf, type Case } from './facts.js'
import { elevenDigitsOf } from './claim-tables.js'
import { planOf } from './selection.js'

interface Amount {
  value: number
  unit: string
}

/** The units of a line are those of the line as it was sent, also where one of its days is looked at. */
function asSent(at: Case): Case {
  return at.asSent?.line.lineNumber === at.line.lineNumber ? at.asSent : at
}

/** The dose of one unit that the procedure table tells for the date. */
function dosePerUnit(at: Case): Amount | undefined {
  const table = at.content.codeTables.find(({ system }) => system === 'hcpcs')
  return table === undefined ? undefined : doseOnDate(table, procedureOf(at.line), at.line.dateOfService)
}

/** An amount in another unit, over the concentration where it is a volume. */
function amountIn(unit: string, amount: Amount, concentration: Amount | undefined): number | undefined {
  const converted = convert(amount.value, amount.unit, unit)
  if (converted !== undefined || concentration === undefined) return converted
  const volume = convert(amount.value, amount.unit, 'mL')
  const strength = convert(concentration.value, concentration.unit, `${unit}/mL`)
  return volume === undefined || strength === undefined ? undefined : rounded(volume * strength)
}

/** Size and billing units of an item of the package, if all crosswalks that may be used agree. */
function itemOf(at: Case): { size: number; units: number } | undefined {
  const { ndc, dateOfService } = at.line
  const found = planOf(at)
  const digits = ndc === undefined ? undefined : elevenDigitsOf(ndc.code)
  if (digits === undefined || !('plan' in found)) {
    // A plan that does not pay this kind of claim answers nothing else, and its units are not shown.
    return undefined
  }
  const setIds = found.plan.follows.map((one) => one.policySetId)
  const items = at.content.ndcEditions
    .filter((edition) => setIds.includes(edition.policySetId) && isIn(dateOfService, edition))
    .filter(
      ({ source }) =>
        source.grade !== 'secondary' &&
        (source.usableThrough === undefined || dateOfService <= source.usableThrough),
    )
    .flatMap((edition) => edition.rows)
    .filter((row) => row.ndc === digits && plain(row.procedureCode) === procedureOf(at.line))
    .map((row) => `${row.packageSize ?? '?'}/${row.billingUnits ?? '?'}`)
  if (new Set(items).size !== 1) return undefined
  const [size, units] = (items[0] ?? '').split('/').map(Number)
  return size === undefined || units === undefined || Number.isNaN(size) || Number.isNaN(units)
    ? undefined
    : { size, units }
}

function reckoned(at: Case): number[] {
  const { administeredDose: dose, ndc } = at.line
  const units: number[] = []
  const per = dosePerUnit(at)
  const given =
    dose === undefined || per === undefined ? undefined : amountIn(per.unit, dose, dose.concentration)
  if (given !== undefined && given > 0 && per !== undefined) units.push(Math.ceil(rounded(given / per.value)))
  const item = itemOf(at)
  if (item === undefined) return units
  const volume = dose === undefined || ndc?.unit !== 'ML' ? undefined : convert(dose.value, dose.unit, 'mL')
  if (volume !== undefined && volume > 0) units.push(Math.ceil(rounded((volume / item.size) * item.units)))
  if (
    ndc?.quantity !== undefined &&
    (ndc.unit === 'ML' || ndc.unit === 'GR' || (ndc.unit === 'UN' && item.size === 1))
  ) {
    units.push(Math.ceil(rounded((ndc.quantity / item.size) * item.units)))
  }
  return units
}

/** Billed units, undefined when unknown. The missing fact is always `units`. */
export function billedUnits(day: Case): number | undefined {
  const at = asSent(day)
  const figures = [...(at.line.units === undefined ? [] : [at.line.units]), ...reckoned(at)]
  return figures.every((figure) => figure === figures[0]) ? figures[0] : undefined
}

/** Units that may be billed as discarded, or the fact that is missing. */
export function discardedUnits(day: Case): number | { missing: string } {
  const at = asSent(day)
  const { discardedDose: discarded, administeredDose: dose }: ServiceLine = at.line
  if (discarded === undefined) return { missing: 'discardedDose' }
  if (discarded.value === 0) return 0
  const per = dosePerUnit(at)
  if (dose === undefined || per === undefined) return { missing: 'administeredDose' }
  const [given, lost] = [
    amountIn(per.unit, dose, dose.concentration),
    amountIn(per.unit, discarded, dose.concentration),
  ]
  if (given === undefined || lost === undefined) return { missing: 'administeredDose' }
  const inContainers = Math.floor(rounded(rounded(given + lost) / per.value))
  return Math.max(0, inContainers - Math.ceil(rounded(given / per.value)))
}

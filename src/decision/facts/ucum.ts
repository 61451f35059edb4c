import { UcumLhcUtils } from '@lhncbc/ucum-lhc'
import { rounded } from '../shapes/amount.js'
import { ucumUnit } from './unit-spelling.js'

const ucum = UcumLhcUtils.getInstance()

/**
 * Converts an amount between UCUM units (`pg/mL` to `pmol/L` needs the molar mass in g/mol), rounded to 12
 * significant digits so that 1 mg is exactly 1000 ug. Units may be in capitals (`MCG/ML`). Undefined if a
 * unit is unknown or not in use, the units do not convert, or the result is absurdly large or small.
 */
export function convertAmount(
  value: number,
  from: string,
  to: string,
  molarMass?: number,
): number | undefined {
  const [given, wanted] = [ucumUnit(from), ucumUnit(to)]
  if (given === undefined || wanted === undefined) return undefined
  try {
    const result = ucum.convertUnitTo(
      given,
      value,
      wanted,
      molarMass === undefined ? {} : { molecularWeight: molarMass },
    )
    if (result.status !== 'succeeded' || typeof result.toVal !== 'number') return undefined
    return isAbsurd(result.toVal) ? undefined : rounded(result.toVal)
  } catch {
    return undefined // The library throws on some malformed unit strings; to us they are units that do not convert.
  }
}

/**
 * Whether an amount is larger or smaller than any dose or laboratory result, so that a unit or a decimal
 * point must be wrong.
 */
function isAbsurd(amount: number): boolean {
  const size = Math.abs(amount)
  return !(size < 1e12) || (size > 0 && size < 1e-12)
}

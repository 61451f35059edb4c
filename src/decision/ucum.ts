import { UcumLhcUtils } from '@lhncbc/ucum-lhc'

const ucum = UcumLhcUtils.getInstance()

/**
 * Converts an amount between UCUM units (`pg/mL` to `pmol/L` needs the molar mass in g/mol), rounded to 12 significant
 * digits so that 1 mg is 1000 ug and not a hair more. Undefined when a unit is unknown or the two do not convert.
 */
export function convertAmount(
  value: number,
  from: string,
  to: string,
  molarMass?: number,
): number | undefined {
  try {
    const result = ucum.convertUnitTo(
      ucumUnit(from),
      value,
      ucumUnit(to),
      molarMass === undefined ? {} : { molecularWeight: molarMass },
    )
    if (result.status !== 'succeeded' || typeof result.toVal !== 'number' || !Number.isFinite(result.toVal))
      return undefined
    return Number(result.toVal.toPrecision(12))
  } catch {
    return undefined // The library throws on some malformed unit strings; to us they are units that do not convert.
  }
}

/** US billers write mcg, which UCUM spells ug. */
function ucumUnit(unit: string): string {
  return /^mcg(?=$|\/)/i.test(unit) ? `ug${unit.slice(3)}` : unit
}

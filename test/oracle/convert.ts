// The one thing the oracle shares with the core: the UCUM library. Answers are remembered, since it is slow and pure.
import * as ucum from '@lhncbc/ucum-lhc'

/** What the installed major version of the library takes: options, not positional arguments. */
interface Converter {
  convertUnitTo(
    from: string,
    value: number,
    to: string,
    options: { molecularWeight?: number },
  ): { status: string; toVal: number | null }
}

const remembered = new Map<string, number | undefined>()

/** A value in another UCUM unit, to 12 significant digits, or undefined when it cannot be converted; the molar mass is in g/mol. */
export function convert(value: number, from: string, to: string, molarMass?: number): number | undefined {
  const key = `${value} ${from} ${to} ${molarMass ?? ''}`
  if (!remembered.has(key)) remembered.set(key, ask(value, from, to, molarMass))
  return remembered.get(key)
}

function ask(value: number, from: string, to: string, molarMass?: number): number | undefined {
  const converter = ucum.UcumLhcUtils.getInstance() as unknown as Converter
  const answer = converter.convertUnitTo(
    from,
    value,
    to,
    molarMass === undefined ? {} : { molecularWeight: molarMass },
  )
  return answer.status === 'succeeded' && answer.toVal !== null ? rounded(answer.toVal) : undefined
}

/** To 12 significant digits, so that 1 mg is 1000 ug and not 1000.0000000000001. */
export function rounded(value: number): number {
  return Number.isInteger(value) && Math.abs(value) < 1e12 ? value : Number(value.toPrecision(12))
}

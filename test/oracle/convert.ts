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
  const [given, wanted] = [readUnit(from), readUnit(to)]
  if (given === undefined || wanted === undefined) return undefined
  const answer = converter.convertUnitTo(
    given,
    value,
    wanted,
    molarMass === undefined ? {} : { molecularWeight: molarMass },
  )
  if (answer.status !== 'succeeded' || answer.toVal === null) return undefined
  const size = Math.abs(answer.toVal)
  return size >= 1e12 || (size !== 0 && size < 1e-12) ? undefined : rounded(answer.toVal)
}

const asWritten = 'uL mL dL L pg ng ug mg g kg pmol nmol umol mmol mol'.split(' ')
const otherwise: Record<string, string> = {
  MCG: 'ug',
  MCL: 'uL',
  GM: 'g',
  CC: 'mL',
  '\u00b5G': 'ug',
  '\u00b5L': 'uL',
}

/** A unit as people write it, part by part; undefined where a part is of a million or more. "Units of measure" of the specification. */
function readUnit(text: string): string | undefined {
  let read = ''
  let part = ''
  for (const character of `${text.trim()}/`) {
    if (character !== '/' && character !== '.') {
      part += character
      continue
    }
    const capitals = part.replace('\u00b5', '#').toUpperCase().replace('#', '\u00b5')
    const named = asWritten.find((unit) => unit.toUpperCase() === capitals) ?? otherwise[capitals] ?? part
    const [prefix = '', next = ''] = named
    const isLarge = 'MGTPEZY'.includes(prefix) && prefix !== '' && /[A-Za-z[]/.test(next)
    if (isLarge && !['MBq', 'GBq', 'TBq', 'Pa', 'Gy'].includes(named)) return undefined
    read += named + character
    part = ''
  }
  return read.slice(0, -1)
}

/** To 12 significant digits, so that 1 mg is 1000 ug and not 1000.0000000000001. */
export function rounded(value: number): number {
  return Number.isInteger(value) && Math.abs(value) < 1e12 ? value : Number(value.toPrecision(12))
}

import type { PlainDate } from '../shapes/codes.js'
import type { AtomArgument } from '../shapes/expression.js'
import { daysBetween } from '../shapes/plain-date.js'
import type { LabResult } from '../shapes/request.js'
import { decided, unknown, type Evaluated } from '../shapes/truth.js'
import { convertAmount } from '../facts/ucum.js'

const compare = {
  below: (a: number, b: number) => a < b,
  'at-most': (a: number, b: number) => a <= b,
  above: (a: number, b: number) => a > b,
  'at-least': (a: number, b: number) => a >= b,
}

/**
 * Compares laboratory results with a threshold on a date of service. Results are converted by UCUM; results
 * after the date or too old do not count. Unknown if no result counts, one cannot be converted, or the latest
 * ones disagree.
 */
export function compareLab(
  criterion: AtomArgument<'lab'>,
  results: readonly LabResult[],
  dateOfService: PlainDate,
): Evaluated {
  const oldest = criterion.maximumAgeDays ?? Infinity
  const candidates = results.filter(
    (result) =>
      criterion.loincCodes.includes(result.loincCode) &&
      result.observedOn <= dateOfService &&
      daysBetween(result.observedOn, dateOfService) <= oldest,
  )
  const latest = candidates.reduce(
    (date, result) => (result.observedOn > date ? result.observedOn : date),
    '',
  )
  const looked =
    criterion.which === 'any' ? candidates : candidates.filter((result) => result.observedOn === latest)
  const used = looked
    .map((result) => ({
      fact: `labResults/${result.loincCode}`,
      value: `${result.value} ${result.unit} on ${result.observedOn}`,
    }))
    .sort((a, b) => (`${a.fact} ${a.value}` < `${b.fact} ${b.value}` ? -1 : 1))
  const verdicts = looked.map((result) => {
    const value = convertAmount(result.value, result.unit, criterion.unit, criterion.molarMass)
    return value === undefined ? undefined : compare[criterion.is](value, criterion.value)
  })
  if (criterion.which === 'any')
    return verdicts.includes(true) ? decided(true, ...used) : unknown(['labResults'], used)
  const [first] = verdicts
  return first === undefined || verdicts.some((verdict) => verdict !== first)
    ? unknown(['labResults'], used)
    : decided(first, ...used)
}

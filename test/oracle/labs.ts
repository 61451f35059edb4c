// Laboratory results: section 1 of the specification, "Lab".
import type { AtomArgument } from '../../src/decision/shapes/expression.js'
import type { LabResult } from '../../src/decision/shapes/request.js'
import { convert } from './convert.js'
import { addDays } from './dates.js'
import type { Case } from './facts.js'
import { truthOf, unknown, type Truth } from './truth.js'

type Lab = AtomArgument<'lab'>

/** The latest candidates must agree; with `any`, one that compares is enough and nothing is ever false. */
export function holdsLab(lab: Lab, at: Case): Truth {
  const candidates = (at.request.labResults ?? []).filter((result) =>
    isCandidate(result, lab, at.line.dateOfService),
  )
  if (lab.which === 'any') {
    return candidates.some((result) => compares(result, lab) === true) ? truthOf(true) : unknown('labResults')
  }
  const latestDate = candidates
    .map((result) => result.observedOn)
    .sort()
    .at(-1)
  const answers = candidates
    .filter((result) => result.observedOn === latestDate)
    .map((result) => compares(result, lab))
  const first = answers[0]
  if (first === undefined || answers.some((answer) => answer !== first)) return unknown('labResults')
  return truthOf(first)
}

function isCandidate(result: LabResult, lab: Lab, date: string): boolean {
  if (!lab.loincCodes.includes(result.loincCode) || result.observedOn > date) return false
  return lab.maximumAgeDays === undefined || result.observedOn >= addDays(date, -lab.maximumAgeDays)
}

/** Undefined when the result cannot be converted to the unit of the rule. */
function compares(result: LabResult, lab: Lab): boolean | undefined {
  const value = convert(result.value, result.unit, lab.unit, lab.molarMass)
  if (value === undefined) return undefined
  switch (lab.is) {
    case 'below':
      return value < lab.value
    case 'at-most':
      return value <= lab.value
    case 'above':
      return value > lab.value
    case 'at-least':
      return value >= lab.value
  }
}

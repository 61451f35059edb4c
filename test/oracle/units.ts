// Are the units within every limit? Section 8 of the specification.
import type { UnitsStatus } from '../../src/decision/shapes/statuses.js'
import type { Plan } from '../../src/decision/shapes/policy.js'
import type { ServiceLine } from '../../src/decision/shapes/request.js'
import { billedUnits } from './billed-units.js'
import { otherLines, procedureOf, type Case } from './facts.js'
import { addDays } from './dates.js'
import { onDay } from './days.js'
import { counted, resultsOf, withoutSecondaryPasses, doubted, type Result } from './results.js'
import { speakersOf, type Speaker } from './selection.js'
import { silenceOn, somethingIsNotLoaded } from './silence.js'
import { all, no, structural, truthOf, unique, unknown, yes, type Truth } from './truth.js'

export interface UnitsAnswer {
  status: UnitsStatus
  missing: string[]
}
interface Sum {
  least: number
  greatest: number
  missing: string[]
}

/** The strictest of all limits, from rules and from tables. */
export function unitsOf(plan: Plan, at: Case, day: string): UnitsAnswer {
  const speakers = speakersOf(plan, 'units', onDay(at, day))
  const results = withoutSecondaryPasses(speakers.flatMap((speaker) => resultOfSpeaker(speaker, at)))
  const onlyDay = onDay(at, day)
  const silence = silenceOn('units', plan, onlyDay)
  const together =
    results.length === 0
      ? silence.noLimit
        ? yes
        : unknown(...silence.missing)
      : all(results.map((result) => result.truth))
  if (together.value === 'true' && somethingIsNotLoaded('units', plan, onlyDay))
    return { status: 'indeterminate', missing: [] }
  if (together.value === 'unknown') return { status: 'indeterminate', missing: unique(together.missing) }
  return { status: together.value === 'true' ? 'within-limit' : 'exceeds-limit', missing: [] }
}

function resultOfSpeaker(speaker: Speaker, at: Case): Result[] {
  const { voice } = speaker
  const only = (truth: Truth): Result[] => {
    const result = counted({ speaker, truth: doubted(speaker, truth) })
    return result === undefined ? [] : [result]
  }
  if (voice.is === 'claim-type-absent') return only(unknown('claimType'))
  if (voice.is === 'row') return only(isWithin(voice.maximum, voice.adjudicationIndicator, at))
  return resultsOf([speaker], at, (rule) =>
    rule.kind === 'units' ? isWithin(rule.maximum, rule.adjudicationIndicator, at) : structural,
  )
}

function isWithin(maximum: number, adjudicationIndicator: number, at: Case): Truth {
  if (maximum === 0) return no
  if (spansDays(at.line)) return isSpanWithin(maximum, adjudicationIndicator, at)
  const sum = adjudicationIndicator === 1 ? ownUnits(at) : unitsOfDay(at)
  if (sum.least > maximum) return no
  return sum.greatest <= maximum ? truthOf(true) : unknown(...sum.missing)
}

/** Within if all units of the span were given on one day, over if its average day is, however it is rounded. */
function isSpanWithin(maximum: number, adjudicationIndicator: number, at: Case): Truth {
  const { line } = at
  const own = ownUnits(at)
  let greatest = own.greatest
  for (const other of adjudicationIndicator === 1 ? [] : otherLines(at)) {
    const [mine, theirs] = [line.provider?.npi, other.provider?.npi]
    const isOther = mine !== undefined && theirs !== undefined && mine !== theirs
    const end = other.dateOfServiceEnd ?? other.dateOfService
    const touches =
      other.dateOfService <= (line.dateOfServiceEnd ?? line.dateOfService) && line.dateOfService <= end
    if (procedureOf(other) === procedureOf(line) && !isOther && touches)
      greatest += ownUnits({ ...at, line: other }).greatest
  }
  if (greatest <= maximum) return truthOf(true)
  let days = 1
  for (let day = line.dateOfService; day < (line.dateOfServiceEnd ?? day); day = addDays(day, 1)) days += 1
  if (own.least >= days * maximum + days / 2) return no
  return own.greatest === Infinity ? unknown('units') : structural
}

function spansDays(line: ServiceLine): boolean {
  return line.dateOfServiceEnd !== undefined && line.dateOfServiceEnd > line.dateOfService
}

function spanHolds(line: ServiceLine, date: string): boolean {
  return line.dateOfService <= date && line.dateOfServiceEnd !== undefined && date <= line.dateOfServiceEnd
}

function ownUnits(at: Case): Sum {
  const units = billedUnits(at)
  return units === undefined
    ? { least: 1, greatest: Infinity, missing: ['units'] }
    : { least: units, greatest: units, missing: [] }
}

/** All lines of the code on the day that are, or may be, of the same provider. */
function unitsOfDay(at: Case): Sum {
  const sum = ownUnits(at)
  for (const other of otherLines(at)) {
    if (procedureOf(other) !== procedureOf(at.line)) continue
    const [mine, theirs] = [at.line.provider?.npi, other.provider?.npi]
    const isMaybeSame = mine !== theirs && (mine === undefined || theirs === undefined)
    if (mine !== theirs && !isMaybeSame) continue
    if (
      spansDays(other)
        ? !spanHolds(other, at.line.dateOfService)
        : other.dateOfService !== at.line.dateOfService
    )
      continue
    const units = spansDays(other)
      ? { least: 0, greatest: ownUnits({ ...at, line: other }).greatest, missing: [] }
      : ownUnits({ ...at, line: other })
    if (!isMaybeSame) sum.least += units.least
    sum.greatest += units.greatest
    sum.missing.push(...(isMaybeSame ? ['provider.npi'] : units.missing))
  }
  return sum
}

// Authorizations on file against the lines that need one, in the order of line numbers. Section 5, "Satisfied".
import type { Authorization } from '../../src/decision/shapes/request.js'
import { plain } from './codes.js'
import { billedUnits } from './billed-units.js'
import { lastDayOf } from './days.js'
import { procedureOf, type Case } from './facts.js'
import type { RequirementAnswer } from './prior-authorization.js'
import { all, truthOf, unique, unknown, type Truth } from './truth.js'

/** Units that earlier lines took of an authorization number for a code, for sure and possibly. */
interface Taken {
  surely: Map<string, number>
  possibly: Map<string, number>
}

/** The requirement of each line after the authorizations on file; cases and answers in the order of line numbers. */
export function compareWithAuthorizations(
  cases: readonly Case[],
  before: readonly RequirementAnswer[],
): RequirementAnswer[] {
  const taken: Taken = { surely: new Map(), possibly: new Map() }
  return cases.map((at, position) => {
    const answer = before[position]
    if (answer === undefined) throw new Error('an answer for every line')
    const compared = answer.requirement === 'required' || answer.requirement === 'conditional'
    return compared ? compareLine(at, answer, taken) : answer
  })
}

function compareLine(at: Case, answer: RequirementAnswer, taken: Taken): RequirementAnswer {
  const maybe: { authorization: Authorization; match: Truth }[] = []
  for (const authorization of inOrder(at.request.authorizations ?? [])) {
    const match = matches(authorization, at, taken)
    if (match.value === 'true') {
      take(
        taken.surely,
        `${authorization.authorizationNumber} ${procedureOf(at.line)}`,
        billedUnits(at) ?? Infinity,
      )
      return { requirement: 'satisfied', authorizationNumber: authorization.authorizationNumber, missing: [] }
    }
    if (match.value === 'unknown') maybe.push({ authorization, match })
  }
  if (maybe.length === 0) return answer
  for (const number of unique(maybe.map((one) => one.authorization.authorizationNumber))) {
    take(taken.possibly, `${number} ${procedureOf(at.line)}`, billedUnits(at) ?? Infinity)
  }
  const missing = maybe.flatMap((one) => [...one.match.missing])
  const before = answer.missing.filter((fact) => fact !== 'authorizations')
  return { requirement: 'conditional', missing: unique([...before, ...missing]) }
}

function take(units: Map<string, number>, number: string, billed: number): void {
  units.set(number, (units.get(number) ?? 0) + billed)
}

/** By last day, then by number. An open end never matches for sure, so its place does not matter. */
function inOrder(authorizations: readonly Authorization[]): Authorization[] {
  return [...authorizations].sort((one, other) =>
    orderKey(one) < orderKey(other) ? -1 : orderKey(one) > orderKey(other) ? 1 : 0,
  )
}

function orderKey(authorization: Authorization): string {
  return `${authorization.to ?? '9999-99-99'} ${authorization.authorizationNumber}`
}

/** A part of the authorization that may not be given. */
function part(given: boolean | undefined): Truth {
  return given === undefined ? unknown('authorizations') : truthOf(given)
}

/** A limit of the authorization, if it has one, against a fact of the line that may not be given. */
function limited(limit: readonly string[] | undefined, value: string | undefined, fact: string): Truth {
  if (limit === undefined) return truthOf(true)
  return value === undefined ? unknown(fact) : truthOf(limit.includes(value))
}

/** Whether an authorization covers a line. Parts of it that are not given are unknown, but its limits only when given. */
function matches(authorization: Authorization, at: Case, taken: Taken): Truth {
  const { line } = at
  const { procedureCodes, from, to, providerNpi, placesOfService } = authorization
  return all([
    truthOf(authorization.status === 'approved'),
    part(procedureCodes?.some((code) => plain(code) === procedureOf(line))),
    part(from === undefined ? undefined : from <= line.dateOfService),
    part(to === undefined ? undefined : lastDayOf(at) <= to),
    limited(providerNpi === undefined ? undefined : [providerNpi], line.provider?.npi, 'provider.npi'),
    limited(placesOfService, line.placeOfService, 'placeOfService'),
    unitsAreLeft(authorization, at, taken),
  ])
}

function unitsAreLeft(authorization: Authorization, at: Case, taken: Taken): Truth {
  const { unitsApproved, unitsUsed, authorizationNumber } = authorization
  const own = `${authorizationNumber} ${procedureOf(at.line)}`
  const billed = billedUnits(at)
  const missing: string[] = []
  if (unitsApproved === undefined) missing.push('authorizations')
  else if (unitsUsed === undefined) missing.push('authorizations.unitsUsed')
  if (billed === undefined) missing.push('units')
  if (unitsApproved === undefined || unitsUsed === undefined || billed === undefined)
    return unknown(...missing)
  const atMost = unitsApproved - unitsUsed - (taken.surely.get(own) ?? 0)
  const forSure = atMost - (taken.possibly.get(own) ?? 0)
  if (billed <= forSure) return truthOf(true)
  return billed > atMost ? truthOf(false) : unknown('authorizations')
}

import { normalizeCode } from '../shapes/codes.js'
import type { PriorAuthorizationAnswer } from '../shapes/answers.js'
import type { Facts, LineFacts } from '../facts/facts.js'
import type { Authorization } from '../shapes/request.js'
import { allOf, decided, union, unknown, type Evaluated } from '../shapes/truth.js'
import type { Answered } from '../shapes/answered.js'

/** Units taken by the lines so far from each authorization number for each code: for sure, and possibly. */
interface Ledger {
  readonly taken: Map<string, number>
  readonly possiblyTaken: Map<string, number>
}

/**
 * Lays the authorizations on file against the lines that need one, in the order of line numbers, so that units are spent once.
 * A match for sure satisfies; a match that hangs on an unknown part leaves the line conditional. Necessity is never cured by it.
 */
export function satisfyFromAuthorizations(
  lines: ReadonlyArray<{ facts: Facts; answered: Answered<PriorAuthorizationAnswer> }>,
): Array<Answered<PriorAuthorizationAnswer>> {
  const ledger: Ledger = { taken: new Map(), possiblyTaken: new Map() }
  return lines.map(({ facts, answered }) => {
    const { requirement } = answered.answer
    return requirement === 'required' || requirement === 'conditional'
      ? satisfy(facts, answered, ledger)
      : answered
  })
}

function satisfy(
  facts: Facts,
  answered: Answered<PriorAuthorizationAnswer>,
  ledger: Ledger,
): Answered<PriorAuthorizationAnswer> {
  const tried = inOrder(facts.sent.authorizations ?? []).map((authorization) => ({
    authorization,
    match: matches(authorization, facts, ledger),
  }))
  const sure = tried.find(({ match }) => match.truth === 'true')?.authorization
  if (sure !== undefined) {
    add(ledger.taken, poolOf(sure, facts), unitsOf(facts))
    return {
      ...answered,
      missing: [],
      presses: 'proceed',
      answer: {
        ...answered.answer,
        requirement: 'satisfied',
        authorizationNumber: sure.authorizationNumber,
        reasonCode: 'authorization-on-file',
        reason: `Authorization ${sure.authorizationNumber} on file covers the code, date and units of this line. It says nothing on medical necessity.`,
      },
    }
  }
  const possible = tried.filter(({ match }) => match.truth === 'unknown')
  for (const pool of new Set(possible.map(({ authorization }) => poolOf(authorization, facts))))
    add(ledger.possiblyTaken, pool, unitsOf(facts))
  if (possible.length === 0) return withMismatch(answered, tried)
  // A voluntary program asks whether there is an authorization; here there is one, so what it lacks is asked for instead.
  const before =
    answered.answer.requirement === 'conditional'
      ? answered.missing.filter((fact) => fact !== 'authorizations')
      : []
  const missing = union(before, ...possible.map(({ match }) => match.missing))
  return {
    ...answered,
    missing,
    presses: 'complete-information',
    answer: {
      ...answered.answer,
      requirement: 'conditional',
      reasonCode: 'authorization-uncertain',
      reason: `${answered.answer.reason} Authorization ${possible.map(({ authorization }) => authorization.authorizationNumber).join(', ')} may cover the line, but ${whatIsNotKnown(possible.map(({ match }) => match))}.`,
    },
  }
}

const unitsUsedFact = 'authorizations.unitsUsed'

function whatIsNotKnown(compared: readonly Evaluated[]): string {
  return compared.every(({ missing }) => missing.every((fact) => fact === unitsUsedFact))
    ? 'how many of its units are used is not given'
    : 'parts of it are not known'
}

/** No authorization matches: the reason says of each what stands in the way. */
function withMismatch(
  answered: Answered<PriorAuthorizationAnswer>,
  tried: ReadonlyArray<{ authorization: Authorization; match: Evaluated }>,
): Answered<PriorAuthorizationAnswer> {
  if (tried.length === 0) return answered
  const obstacles = tried.map(
    ({ authorization, match }) =>
      `${authorization.authorizationNumber} ${match.used.map(({ value }) => value).join(' and ')}`,
  )
  const reason = `${answered.answer.reason} On file, but not for this line: ${obstacles.join('; ')}.`
  return { ...answered, answer: { ...answered.answer, reason } }
}

/** The first to end is used first; the order in which the caller lists them does not matter. */
function inOrder(authorizations: readonly Authorization[]): Authorization[] {
  return [...authorizations].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

function sortKey(one: Authorization): string {
  return `${one.to ?? '9999-12-31'} ${one.authorizationNumber} ${JSON.stringify(one, Object.keys(one).sort())}`
}

/** Compares an authorization with a line. What stands in the way is named in `used`. */
function matches(authorization: Authorization, facts: Facts, ledger: Ledger): Evaluated {
  const { line } = facts
  const { procedureCodes, from, to, providerNpi, placesOfService, status } = authorization
  const parts = [
    part(status === 'approved', 'authorizations', `is ${status}`),
    part(
      procedureCodes?.some((code) => normalizeCode(code) === line.code),
      'authorizations',
      `does not list ${line.code}`,
    ),
    part(from === undefined ? undefined : from <= line.date, 'authorizations', `begins on ${from ?? ''}`),
    part(to === undefined ? undefined : line.lastDay <= to, 'authorizations', endsTooSoon(to, line)),
    providerNpi === undefined
      ? decided(true)
      : part(
          line.npi === undefined ? undefined : line.npi === providerNpi,
          'provider.npi',
          'is for another provider',
        ),
    placesOfService === undefined
      ? decided(true)
      : part(
          line.sent.placeOfService === undefined
            ? undefined
            : placesOfService.includes(line.sent.placeOfService),
          'placeOfService',
          `is for place of service ${placesOfService.join(', ')}`,
        ),
    hasUnitsLeft(authorization, facts, ledger),
  ]
  return { ...allOf(parts), used: parts.filter((one) => one.truth === 'false').flatMap((one) => one.used) }
}

/** An authorization covers a line of several days only when it covers all of them. */
function endsTooSoon(to: string | undefined, { date }: LineFacts): string {
  return to !== undefined && date <= to
    ? `ends on ${to}, before the last day of the line`
    : `ended on ${to ?? ''}`
}

/** A part of the match: what is not given is unknown, never a mismatch. */
function part(value: boolean | undefined, missing: string, obstacle: string): Evaluated {
  return value === undefined
    ? unknown([missing])
    : decided(value, { fact: 'authorizations', value: obstacle })
}

/** What units are taken from: payers approve them for a number and a code, so the codes of one number do not share them. */
function poolOf({ authorizationNumber }: Authorization, { line }: Facts): string {
  return `${authorizationNumber} ${line.code}`
}

function hasUnitsLeft(authorization: Authorization, facts: Facts, ledger: Ledger): Evaluated {
  const { unitsApproved, unitsUsed } = authorization
  const { billedUnits } = facts.line
  const notBilled = 'missing' in billedUnits ? [billedUnits.missing] : []
  if (unitsApproved === undefined) return unknown(['authorizations', ...notBilled])
  if (unitsUsed === undefined) return unknown([unitsUsedFact, ...notBilled])
  if ('missing' in billedUnits) return unknown([billedUnits.missing])
  const pool = poolOf(authorization, facts)
  const atMost = unitsApproved - unitsUsed - (ledger.taken.get(pool) ?? 0)
  const forSure = atMost - (ledger.possiblyTaken.get(pool) ?? 0)
  if (forSure >= billedUnits.value) return decided(true)
  return atMost < billedUnits.value
    ? decided(false, { fact: 'authorizations', value: `has ${Math.max(0, atMost)} units left` })
    : unknown(['authorizations'])
}

/** Units the line takes; an unknown number may be any, so nothing is left for sure after it. */
function unitsOf({ line }: Facts): number {
  return 'value' in line.billedUnits ? line.billedUnits.value : Infinity
}

function add(amounts: Map<string, number>, pool: string, units: number): void {
  amounts.set(pool, (amounts.get(pool) ?? 0) + units)
}

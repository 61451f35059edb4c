import { normalizeCode } from '../shapes/codes.js'
import type { Mismatch } from '../reasons/authorization.js'
import type { PriorAuthorizationVerdict } from '../verdict/answers.js'
import type { Facts, LineFacts } from '../facts/facts.js'
import type { Authorization } from '../shapes/request.js'
import { allOf, decided, union, unknown, type Evaluated } from '../shapes/truth.js'
import type { Answered } from '../verdict/answered.js'

/** The units that the lines before took from each authorization number and code: certainly, and possibly. */
interface Ledger {
  readonly taken: Map<string, number>
  readonly possiblyTaken: Map<string, number>
}

/**
 * Matches the authorizations on file with the lines that need one, in the order of line numbers, so that
 * units are used once. A certain match satisfies the requirement; an uncertain one makes the line
 * conditional. Medical necessity does not change.
 */
export function satisfyFromAuthorizations(
  lines: ReadonlyArray<{ facts: Facts; answered: Answered<PriorAuthorizationVerdict> }>,
): Array<Answered<PriorAuthorizationVerdict>> {
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
  answered: Answered<PriorAuthorizationVerdict>,
  ledger: Ledger,
): Answered<PriorAuthorizationVerdict> {
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
        reason: { code: 'authorization-on-file', authorizationNumber: sure.authorizationNumber },
      },
    }
  }
  const possible = tried.filter(({ match }) => match.truth === 'unknown')
  for (const pool of new Set(possible.map(({ authorization }) => poolOf(authorization, facts))))
    add(ledger.possiblyTaken, pool, unitsOf(facts))
  if (possible.length === 0) return withMismatch(answered, tried)
  // A voluntary program asks whether there is an authorization. Here there is one, so the facts that it lacks
  // are asked for.
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
      reason: {
        code: 'authorization-uncertain',
        reason: answered.answer.reason,
        authorizationNumbers: possible.map(({ authorization }) => authorization.authorizationNumber),
        onlyUnitsUsed: possible.every(({ match }) => match.missing.every((fact) => fact === unitsUsedFact)),
      },
    },
  }
}

const unitsUsedFact = 'authorizations.unitsUsed'

/** The answer if no authorization matches: the reason says for each what does not fit. */
function withMismatch(
  answered: Answered<PriorAuthorizationVerdict>,
  tried: ReadonlyArray<{ authorization: Authorization; match: Match }>,
): Answered<PriorAuthorizationVerdict> {
  if (tried.length === 0) return answered
  return {
    ...answered,
    answer: {
      ...answered.answer,
      reason: {
        code: 'as/authorization-mismatch',
        reason: answered.answer.reason,
        tried: tried.map(({ authorization, match }) => ({
          authorizationNumber: authorization.authorizationNumber,
          mismatches: match.mismatches,
        })),
      },
    },
  }
}

/**
 * Sorts authorizations by their end, so that the first to end is used first and the order in the request has
 * no effect.
 */
function inOrder(authorizations: readonly Authorization[]): Authorization[] {
  return [...authorizations].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

function sortKey(one: Authorization): string {
  return `${one.to ?? '9999-12-31'} ${one.authorizationNumber} ${JSON.stringify(one, Object.keys(one).sort())}`
}

/** Whether an authorization covers a line, and what does not fit. */
interface Match extends Evaluated {
  readonly mismatches: readonly Mismatch[]
}

/** One thing that an authorization and a line must agree on. */
interface Part {
  readonly evaluated: Evaluated
  readonly mismatch?: Mismatch
}

function matches(authorization: Authorization, facts: Facts, ledger: Ledger): Match {
  const { line } = facts
  const { procedureCodes, from, to, providerNpi, placesOfService, status } = authorization
  const parts: Part[] = [
    part(status === 'approved', 'authorizations', { type: 'status', status }),
    part(
      procedureCodes?.some((code) => normalizeCode(code) === line.code),
      'authorizations',
      { type: 'procedure', procedure: line.code },
    ),
    part(from === undefined ? undefined : from <= line.date, 'authorizations', {
      type: 'begins-later',
      date: from ?? '',
    }),
    part(to === undefined ? undefined : line.lastDay <= to, 'authorizations', endsTooSoon(to, line)),
    providerNpi === undefined
      ? fits
      : part(line.npi === undefined ? undefined : line.npi === providerNpi, 'provider.npi', {
          type: 'another-provider',
        }),
    placesOfService === undefined
      ? fits
      : part(
          line.sent.placeOfService === undefined
            ? undefined
            : placesOfService.includes(line.sent.placeOfService),
          'placeOfService',
          { type: 'another-place', places: placesOfService },
        ),
    hasUnitsLeft(authorization, facts, ledger),
  ]
  const mismatches = parts.flatMap(({ evaluated, mismatch }) =>
    evaluated.truth === 'false' && mismatch !== undefined ? [mismatch] : [],
  )
  return { ...allOf(parts.map(({ evaluated }) => evaluated)), mismatches }
}

/** The mismatch of an authorization that ends too soon: it must cover every day of the line. */
function endsTooSoon(to: string | undefined, { date }: LineFacts): Mismatch {
  return { type: to !== undefined && date <= to ? 'ends-within-line' : 'ended', date: to ?? '' }
}

const fits: Part = { evaluated: decided(true) }

/** One part of the match. A fact that was not given is unknown, never a mismatch. */
function part(value: boolean | undefined, missing: string, mismatch: Mismatch): Part {
  return { evaluated: value === undefined ? unknown([missing]) : decided(value), mismatch }
}

/**
 * The key for counting used units. Payers approve units for a number and a code, so the codes of one number
 * do not share units.
 */
function poolOf({ authorizationNumber }: Authorization, { line }: Facts): string {
  return `${authorizationNumber} ${line.code}`
}

function hasUnitsLeft(authorization: Authorization, facts: Facts, ledger: Ledger): Part {
  const { unitsApproved, unitsUsed } = authorization
  const { billedUnits } = facts.line
  const notBilled = 'missing' in billedUnits ? [billedUnits.missing] : []
  if (unitsApproved === undefined) return { evaluated: unknown(['authorizations', ...notBilled]) }
  if (unitsUsed === undefined) return { evaluated: unknown([unitsUsedFact, ...notBilled]) }
  if ('missing' in billedUnits) return { evaluated: unknown([billedUnits.missing]) }
  const pool = poolOf(authorization, facts)
  const atMost = unitsApproved - unitsUsed - (ledger.taken.get(pool) ?? 0)
  const forSure = atMost - (ledger.possiblyTaken.get(pool) ?? 0)
  if (forSure >= billedUnits.value) return fits
  return atMost < billedUnits.value
    ? { evaluated: decided(false), mismatch: { type: 'units-left', units: Math.max(0, atMost) } }
    : { evaluated: unknown(['authorizations']) }
}

/** The units that the line uses. An unknown number may be any, so after it no units are certainly left. */
function unitsOf({ line }: Facts): number {
  return 'value' in line.billedUnits ? line.billedUnits.value : Infinity
}

function add(amounts: Map<string, number>, pool: string, units: number): void {
  amounts.set(pool, (amounts.get(pool) ?? 0) + units)
}

import type { FastifyRequest, RouteOptions } from 'fastify'
import { Type, type TObject } from 'typebox'
import type { KnownAt } from '../../policies/loaded/past-revisions.js'
import { ProblemError } from '../http/problem.js'

/** An instant with its zone, as a pattern. */
export const instantPattern =
  '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?(Z|[+-]\\d{2}:\\d{2})'

/**
 * The policy revision or instant to answer by; a parameter of every route that answers from policy.
 */
export const KnownAtParameter = Type.Optional(
  Type.String({
    pattern: `^([1-9]\\d{0,14}|${instantPattern})$`,
    maxLength: 40,
    description:
      'Answer as policy was known then: a policy revision (`17`), or an instant with its zone (`2026-03-03T17:00:00Z`; write `%2B` for `+`). Absent: as it is known now.',
  }),
)

/** Adds `knownAt` to the parameters of a route. */
export function takeKnownAt(route: RouteOptions): void {
  if (route.schema === undefined) return
  const { properties = {} } = (route.schema.querystring ?? {}) as Partial<TObject>
  if (!('knownAt' in properties))
    route.schema.querystring = Type.Object(
      { ...properties, knownAt: KnownAtParameter },
      { additionalProperties: false },
    )
}

/**
 * The `knownAt` of a request; undefined without one. Throws the 400 for an instant that does not
 * exist.
 */
export function knownAtOf(request: FastifyRequest): KnownAt | undefined {
  const { knownAt } = request.query as { knownAt?: string }
  if (knownAt === undefined) return undefined
  if (!knownAt.includes('T')) return Number(knownAt)
  return { instant: instantIn(knownAt, 'knownAt') }
}

/**
 * An instant of a query in UTC. Throws the 400 for one that does not exist, or lies outside of the
 * years that policy and answers can have.
 */
export function instantIn(text: string, parameter: string): string {
  if (exists(text)) return new Date(text).toISOString()
  const detail = `${parameter} is not an instant between the years ${firstYear} and ${lastYear}. Send one such as 2026-03-03T17:00:00Z.`
  throw new ProblemError('invalid-request', detail, [
    { in: 'query', pointer: `/${parameter}`, code: 'invalid-instant', detail },
  ])
}

// Well within what `Date` and PostgreSQL both take: no year 0, and no year of five digits.
const [firstYear, lastYear] = [1900, 2199]

/** Whether an ISO 8601 instant exists and lies in these years, in UTC. */
export function exists(text: string): boolean {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`)
  const instant = new Date(text)
  if (Number.isNaN(day.getTime()) || Number.isNaN(instant.getTime())) return false
  const year = instant.getUTCFullYear()
  // `Date` reads 30 February as 2 March.
  return day.toISOString().startsWith(text.slice(0, 10)) && year >= firstYear && year <= lastYear
}

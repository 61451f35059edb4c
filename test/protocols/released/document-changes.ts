// Which promises of a released OpenAPI document another one does not keep.
import {
  breaks,
  compareSchemas,
  resolved,
  type Broken,
  type Comparison,
  type Schema,
} from './schema-changes.js'

export type { Broken } from './schema-changes.js'

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace']

/**
 * What callers of `before` cannot rely on in `after`, each with the place by which CHANGELOG.md names it, in the order of the routes.
 * What is new (routes, fields, optional parameters, values of open enums) is none.
 */
export function brokenPromises(before: Schema, after: Schema): Broken[] {
  const comparison: Comparison = { before, after, found: new Map(), compared: new Map() }
  const now = operationsIn(after)
  for (const [key, operation] of operationsIn(before)) {
    const same = now.get(key)
    if (same === undefined) breaks(comparison, [`${operation.name} gone`], 'the route or method is gone')
    else compareOperations(comparison, operation, same)
  }
  return [...comparison.found.values()]
}

interface Operation {
  readonly name: string
  readonly told: Schema
  /** Those of the path too. */
  readonly parameters: readonly Schema[]
  readonly security: readonly Schema[]
}

// The name of a parameter in a path is no promise: callers send its value alone.
function operationsIn(document: Schema): Map<string, Operation> {
  const found = new Map<string, Operation>()
  for (const [path, item] of Object.entries((document.paths ?? {}) as Record<string, Schema>))
    for (const method of methods) {
      const told = item[method] as Schema | undefined
      if (told === undefined) continue
      const name = `${method.toUpperCase()} ${path}`
      found.set(name.replaceAll(/\{[^}]*\}/g, '{}'), {
        name,
        told,
        parameters: [item.parameters ?? [], told.parameters ?? []].flat() as Schema[],
        security: (told.security ?? document.security ?? []) as Schema[],
      })
    }
  return found
}

function compareOperations(comparison: Comparison, before: Operation, after: Operation): void {
  const { name } = before
  if (before.told.operationId !== after.told.operationId)
    breaks(comparison, [`${name}: operationId`], 'generated clients name their function by it')
  if (!isAtMost(before.security, after.security))
    breaks(comparison, [`${name}: security`], 'more is demanded of the credential')
  compareParameters(comparison, before, after)
  compareBodies(comparison, before, after)
  compareAnswers(comparison, before, after)
}

/** Whether every credential that was enough is enough still. No requirement: open to everybody. */
function isAtMost(before: readonly Schema[], after: readonly Schema[]): boolean {
  const open: readonly Schema[] = [{}]
  const [had, has] = [before.length === 0 ? open : before, after.length === 0 ? open : after]
  return had.every((enough) =>
    has.some((asked) =>
      Object.entries(asked).every(
        ([scheme, scopes]) =>
          (scopes as string[]).every((scope) => (enough[scheme] as string[] | undefined)?.includes(scope)) &&
          scheme in enough,
      ),
    ),
  )
}

function compareParameters(comparison: Comparison, before: Operation, after: Operation): void {
  const keyed = (document: Schema, { name, parameters }: Operation): Map<string, Schema> =>
    new Map(
      parameters
        .map((one) => resolved(document, one))
        .map((one) => [
          one.in === 'path'
            ? `path ${positionOf(name, String(one.name))}`
            : `${String(one.in)} ${one.in === 'header' ? String(one.name).toLowerCase() : String(one.name)}`,
          one,
        ]),
    )
  const [had, has] = [keyed(comparison.before, before), keyed(comparison.after, after)]
  for (const [key, parameter] of had) {
    const place = `${before.name}: ${String(parameter.in)} ${String(parameter.name)}`
    const now = has.get(key)
    if (now === undefined) {
      breaks(comparison, [`${place} gone`], 'the parameter is gone')
      continue
    }
    if (now.required === true && parameter.required !== true)
      breaks(comparison, [`${place} required`], 'has to be sent now')
    for (const how of ['style', 'explode'])
      if (now[how] !== parameter[how]) breaks(comparison, [`${place} ${how}`], 'lists are written otherwise')
    compareSchemas(comparison, {
      before: (parameter.schema ?? {}) as Schema,
      after: (now.schema ?? {}) as Schema,
      direction: 'request',
      at: place,
      path: '',
    })
  }
  for (const [key, { required, name, in: where }] of has)
    if (!had.has(key) && required === true)
      breaks(comparison, [`${before.name}: ${String(where)} ${String(name)} required`], 'has to be sent now')
}

/** Which of the parameters in the path one is, from 0. */
const positionOf = (operation: string, name: string): number =>
  [...operation.matchAll(/\{([^}]*)\}/g)].findIndex(([, one]) => one === name)

const contentOf = (part: Schema): Record<string, Schema> => (part.content ?? {}) as Record<string, Schema>

function compareBodies(comparison: Comparison, before: Operation, after: Operation): void {
  const [had, has] = [before.told.requestBody, after.told.requestBody] as (Schema | undefined)[]
  const place = `${before.name}: body`
  if (has?.required === true && had?.required !== true)
    breaks(comparison, [`${place} required`], 'has to be sent now')
  if (had === undefined) return
  if (has === undefined) return breaks(comparison, [`${place} gone`], 'no body is read any more')
  compareContent(comparison, had, has, 'request', place)
}

function compareContent(
  comparison: Comparison,
  before: Schema,
  after: Schema,
  direction: 'request' | 'answer',
  place: string,
): void {
  const now = contentOf(after)
  for (const [type, media] of Object.entries(contentOf(before))) {
    const same = now[type]
    if (same === undefined) breaks(comparison, [`${place} ${type} gone`], 'the media type is gone')
    else
      compareSchemas(comparison, {
        before: (media.schema ?? {}) as Schema,
        after: (same.schema ?? {}) as Schema,
        direction,
        at: `${place} ${type}`,
        path: '',
      })
  }
}

function compareAnswers(comparison: Comparison, before: Operation, after: Operation): void {
  const now = after.told.responses as Record<string, Schema>
  for (const [status, one] of Object.entries(before.told.responses as Record<string, Schema>)) {
    const [place, said] = [`${before.name}: ${status}`, now[status]]
    if (said === undefined) {
      breaks(comparison, [`${place} gone`], 'the status is gone')
      continue
    }
    const [had, has] = [resolved(comparison.before, one), resolved(comparison.after, said)]
    for (const code of codesIn(had))
      if (!codesIn(has).includes(code)) breaks(comparison, [`${place} ${code}`], 'the code is gone')
    compareHeaders(comparison, had, has, place)
    compareContent(comparison, had, has, 'answer', place)
  }
}

/** The codes of problems that a description names: "The body is too large (`body-too-large`)." */
const codesIn = ({ description }: Schema): string[] =>
  [...String(description ?? '').matchAll(/\(`([a-z-]+)`\)/g)].map(([, code]) => code ?? '')

function compareHeaders(comparison: Comparison, before: Schema, after: Schema, place: string): void {
  const headers = (part: Schema): Map<string, Schema> =>
    new Map(
      Object.entries((part.headers ?? {}) as Record<string, Schema>).map(([name, header]) => [
        name.toLowerCase(),
        header,
      ]),
    )
  const now = headers(after)
  for (const [name, header] of headers(before)) {
    const same = now.get(name)
    if (same === undefined) breaks(comparison, [`${place} header ${name} gone`], 'the header is gone')
    else {
      if (header.required === true && same.required !== true)
        breaks(comparison, [`${place} header ${name} required`], 'may be absent now')
      compareSchemas(comparison, {
        before: (header.schema ?? {}) as Schema,
        after: (same.schema ?? {}) as Schema,
        direction: 'answer',
        at: `${place} header ${name}`,
        path: '',
      })
    }
  }
}

import type { Example, Json } from './examples.js'

type JsonObject = { [name: string]: Json }

/**
 * Finishes a generated document: named parts become references, answers document their request id,
 * examples are added.
 */
export function finishDocument(document: JsonObject, examples: readonly Example[]): JsonObject {
  const finished = { ...document, components: nameParts(document.components as JsonObject) }
  for (const [, path, operation] of operationsOf(finished)) {
    tellRequestId(operation)
    showParameters(path, operation, examples)
  }
  for (const example of examples) addExample(finished, example)
  return finished
}

/** Method, path and operation of all documented routes. */
export function* operationsOf(
  document: JsonObject,
): Generator<[method: string, path: string, operation: JsonObject]> {
  for (const [path, item] of Object.entries(document.paths as JsonObject)) {
    for (const [method, operation] of Object.entries(item as JsonObject))
      yield [method, path, operation as JsonObject]
  }
}

// TypeBox composes schemas by copying them. Without names, one object would be in the document many
// times, and a generated client would have as many types for it.
function nameParts(components: JsonObject): JsonObject {
  const schemas = components.schemas as JsonObject
  const names = new Map<string, string>()
  for (const [name, schema] of Object.entries(schemas)) names.set(canonical(schema), name)
  const named = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, replaceParts(schema, names, true)]),
  )
  return { ...components, schemas: named }
}

function replaceParts(node: Json, names: ReadonlyMap<string, string>, isRoot = false): Json {
  if (Array.isArray(node)) return node.map((child) => replaceParts(child, names))
  if (node === null || typeof node !== 'object') return node
  const name = isRoot ? undefined : names.get(canonical(node))
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
  const whole = Object.fromEntries(
    Object.entries(node).map(([key, child]) => [key, replaceParts(child, names)]),
  )
  // TypeBox leaves out the type of an enum; client generators need it.
  return Array.isArray(whole.enum) && whole.enum.every((value) => typeof value === 'string')
    ? { type: 'string', ...whole }
    : whole
}

function canonical(node: Json): string {
  if (node === null || typeof node !== 'object') return JSON.stringify(node)
  if (Array.isArray(node)) return `[${node.map(canonical).join()}]`
  const entries = Object.entries(node)
    .filter(([name]) => name !== '$id' && name !== 'title')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${canonical(value)}`).join()}}`
}

function tellRequestId(operation: JsonObject): void {
  const header = {
    description: 'Id of this request: the one that was sent, if it has the form of one, or a new one.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{8,64}$' },
  }
  for (const response of Object.values(operation.responses as JsonObject)) {
    const answer = response as JsonObject
    answer.headers = { ...(answer.headers as JsonObject | undefined), 'X-Request-Id': header }
  }
}

// The pages fill in every example and send all of them. So a parameter has an example only if it is
// required or a real exchange had it; the description explains the others.
function showParameters(path: string, operation: JsonObject, examples: readonly Example[]): void {
  const shown = examples.find(
    ({ operationId, url, status }) =>
      url !== undefined && status === 200 && operationId === operation.operationId,
  )
  const sent = shown === undefined ? undefined : sentIn(path, shown.url ?? '')
  for (const parameter of (operation.parameters ?? []) as JsonObject[]) {
    const { example, ...rest } = parameter
    const value = sent?.get(String(parameter.name))
    if (value !== undefined) parameter.example = value
    else if (example !== undefined && parameter.required !== true) {
      delete parameter.example
      parameter.description =
        `${typeof rest.description === 'string' ? rest.description : ''} For example \`${String(example)}\`.`.trim()
    }
  }
}

/** The parameters in the path and query of a URL, by name. */
function sentIn(path: string, url: string): ReadonlyMap<string, string> {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const parts = pathname.split('/')
  const inPath = path
    .split('/')
    .flatMap((part, at): [string, string][] =>
      part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(parts[at] ?? '')]] : [],
    )
  return new Map([...inPath, ...searchParams])
}

function addExample(
  document: JsonObject,
  { name, summary, operationId, request, status, answer }: Example,
): void {
  for (const [, , operation] of operationsOf(document)) {
    if (operation.operationId !== operationId) continue
    // A request that was refused for its shape is no valid example of the schema.
    if (request !== undefined && status !== 400)
      put(operation.requestBody as JsonObject | undefined, name, summary, request)
    put((operation.responses as JsonObject)[String(status)] as JsonObject | undefined, name, summary, answer)
  }
}

function put(place: JsonObject | undefined, name: string, summary: string, value: Json): void {
  for (const [type, media] of Object.entries((place?.content as JsonObject | undefined) ?? {})) {
    // Examples are JSON, so they do not fit answers that are pages or text.
    if (!/\bjson$/.test(type)) continue
    const content = media as JsonObject
    content.examples = { ...(content.examples as JsonObject | undefined), [name]: { summary, value } }
  }
}

// What can be asked, from the published document: a valid request of every operation.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly example?: Json
}
interface Documented {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly examples?: Readonly<Record<string, { readonly value: Json }>> }>
    >
  }
}
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>
}

export interface Operation {
  readonly operationId: string
  readonly method: string
  /** With the names of its parameters, as the document has it. */
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** Bodies that are taken; none where no body is. */
  readonly bodies: readonly Json[]
}

/** A request in its parts: `pathValues` and `query` are encoded when it is written, headers are not. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly pathValues: Readonly<Record<string, string>>
  readonly query: readonly (readonly [string, string])[]
  readonly headers: readonly (readonly [string, string])[]
  readonly body?: Buffer
}

/** Every operation; parameters without an example are left out unless `known` has a value for them. */
export function operationsOf({ paths }: ApiDocument, known: Readonly<Record<string, string>>): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters = [], requestBody }]) => ({
      operationId,
      method: method.toUpperCase(),
      path,
      parameters: parameters
        .filter(({ in: part }) => part !== 'header')
        .map((parameter) =>
          known[parameter.name] === undefined
            ? parameter
            : { ...parameter, example: known[parameter.name] as string },
        ),
      bodies: Object.values(requestBody?.content['application/json']?.examples ?? {}).map(
        ({ value }) => value,
      ),
    })),
  )
}

/** The request that is asked between the others: what is required, and the body that the document shows first. */
export function validRequest({ method, path, parameters, bodies: [body] }: Operation): Asked {
  const needed = parameters.filter(({ required, example }) => required === true && example !== undefined)
  return {
    method,
    path,
    pathValues: Object.fromEntries(
      needed.filter((one) => one.in === 'path').map(({ name, example }) => [name, String(example)]),
    ),
    query: needed.filter((one) => one.in === 'query').map(({ name, example }) => [name, String(example)]),
    ...(body === undefined
      ? { headers: [] }
      : { headers: [['Content-Type', 'application/json']], body: Buffer.from(JSON.stringify(body)) }),
  }
}

/** The bytes of a request, over a connection that ends with its answer. */
export function bytesOf(
  { method, path, pathValues, query, headers, body }: Asked,
  encode: (text: string) => string = encodeURIComponent,
): Buffer {
  const where = path.replace(/\{(\w+)\}/g, (_all, name: string) => encode(pathValues[name] ?? ''))
  const asked = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
  const length = body === undefined ? [] : [['Content-Length', String(body.length)] as const]
  const head = [['Host', 'localhost'], ['Connection', 'close'], ...length, ...headers]
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return Buffer.concat([
    Buffer.from(`${method} ${where}${asked === '' ? '' : `?${asked}`} HTTP/1.1\r\n${head}\r\n`, 'latin1'),
    body ?? Buffer.alloc(0),
  ])
}

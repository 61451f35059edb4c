import { gzipSync } from 'node:zlib'
import { chance, pick, whole, type Random } from '../oracle/random.js'
import { nastyText, nastyValue, rawValues } from './nasty.js'
import type { Json } from './operations.js'

/** A body as bytes, and what was done to it. */
export interface AbusedBody {
  readonly title: string
  readonly bytes: Buffer
  readonly headers?: readonly (readonly [string, string])[]
}

type Path = readonly (string | number)[]
const marker = '"\u2603"'

/** A valid body, changed in one to three places, or broken as a text, or encoded as it should not be. */
export function abuseBody(random: Random, body: Json): AbusedBody {
  const kind = random()
  if (kind < 0.5) return structural(random, body)
  if (kind < 0.65) return rawValue(random, body)
  if (kind < 0.75) return twice(random, body)
  if (kind < 0.9) return brokenText(random, JSON.stringify(body))
  return encoded(random, JSON.stringify(body))
}

function structural(random: Random, body: Json): AbusedBody {
  const titles: string[] = []
  let changed = body
  for (let times = whole(random, 1, 3); times > 0; times--) {
    const path = pick(random, pathsOf(changed))
    const how = pick(random, [
      'replaced',
      'replaced',
      'removed',
      'wrapped',
      'doubled',
      'unknown field',
    ] as const)
    titles.push(`${how} ${path.join('/') || 'everything'}`)
    changed = change(changed, path, (value) => altered(random, how, value))
  }
  return { title: titles.join(', '), bytes: Buffer.from(JSON.stringify(changed) ?? '') }
}

function altered(
  random: Random,
  how: 'replaced' | 'removed' | 'wrapped' | 'doubled' | 'unknown field',
  value: Json | undefined,
): Json | undefined {
  if (how === 'removed') return undefined
  if (how === 'wrapped')
    return pick<Json>(random, [[value ?? null], { value: value ?? null }, JSON.stringify(value ?? null)])
  if (how === 'doubled')
    return Array.isArray(value)
      ? Array.from({ length: whole(random, 2, 300) }, () => value[0] ?? null)
      : [value ?? null, value ?? null]
  if (how === 'unknown field' && typeof value === 'object' && value !== null && !Array.isArray(value))
    return {
      ...value,
      [pick(random, ['memberName', 'unknown', 'a/b~c', '', ' ', 'x'.repeat(300), 'é', '$where', 'units '])]:
        nastyValue(random),
    }
  return nastyValue(random)
}

function rawValue(random: Random, body: Json): AbusedBody {
  const path = pick(random, pathsOf(body))
  const raw = pick(random, rawValues)
  return {
    title: `${raw.slice(0, 30)} at ${path.join('/')}`,
    bytes: Buffer.from((JSON.stringify(change(body, path, () => '\u2603')) ?? '').replace(marker, () => raw)),
  }
}

/** A key twice in one object, now and then written otherwise the second time. */
function twice(random: Random, body: Json): AbusedBody {
  const keys = [...JSON.stringify(body).matchAll(/"([A-Za-z]+)":/g)]
  const key = keys.length === 0 ? undefined : pick(random, keys)
  if (key === undefined) return brokenText(random, JSON.stringify(body))
  const [all, name = ''] = key
  const again = chance(random, 0.5) ? name : `\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}`
  const text = JSON.stringify(body)
  return {
    title: `${name} twice`,
    bytes: Buffer.from(
      `${text.slice(0, key.index)}"${again}":${JSON.stringify(nastyValue(random))},${all}${text.slice(key.index + all.length)}`,
    ),
  }
}

function brokenText(random: Random, text: string): AbusedBody {
  const bytes = Buffer.from(text)
  const at = whole(random, 0, Math.max(0, bytes.length - 1))
  const ways: Readonly<Record<string, () => Buffer>> = {
    'cut off': () => bytes.subarray(0, at),
    'a byte altered': () => {
      const other = Buffer.from(bytes)
      other[at] = whole(random, 0, 255)
      return other
    },
    'a byte put in': () =>
      Buffer.concat([bytes.subarray(0, at), Buffer.from([whole(random, 0, 255)]), bytes.subarray(at)]),
    'invalid UTF-8 put in': () =>
      Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from(
          pick(random, [
            [0xc3, 0x28],
            [0xc0, 0xaf],
            [0xed, 0xa0, 0x80],
            [0xff],
            [0xf8, 0x88, 0x80, 0x80, 0x80],
          ]),
        ),
        bytes.subarray(at),
      ]),
    'something after it': () =>
      Buffer.concat([
        bytes,
        Buffer.from(pick(random, ['{}', '\u0000', 'Zq9Canary', ' // Zq9Canary', ',', ']'])),
      ]),
    'a byte order mark': () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    blanks: () => Buffer.concat([Buffer.alloc(whole(random, 1, 300_000), ' '), bytes]),
    'only a text': () => Buffer.from(JSON.stringify(nastyText(random))),
    'only a value': () => Buffer.from(JSON.stringify(nastyValue(random))),
    nothing: () => Buffer.alloc(0),
    'more than is taken': () => Buffer.from(`{"coverage":{"planId":"${'Zq9Canary'.repeat(130_000)}"}}`),
  }
  const title = pick(random, Object.keys(ways))
  return { title, bytes: (ways[title] as () => Buffer)() }
}

function encoded(random: Random, text: string): AbusedBody {
  return pick<() => AbusedBody>(random, [
    () => ({ title: 'UTF-16', bytes: Buffer.from(text, 'utf16le') }),
    () => ({ title: 'gzip that is not announced', bytes: gzipSync(text) }),
    () => ({ title: 'gzip', bytes: gzipSync(text), headers: [['Content-Encoding', 'gzip']] }),
    () => ({
      title: 'a gzip bomb',
      bytes: gzipSync(Buffer.alloc(5_000_000, '[')),
      headers: [['Content-Encoding', 'gzip']],
    }),
    () => ({
      title: 'announced as compressed, and not',
      bytes: Buffer.from(text),
      headers: [
        ['Content-Encoding', pick(random, ['gzip', 'br', 'deflate', 'Zq9Canary', 'gzip, gzip', 'identity'])],
      ],
    }),
    () => ({ title: 'latin1', bytes: Buffer.from(text.replace('"', '"\u00e9'), 'latin1') }),
  ])()
}

/** Every place in a value, the whole of it too. */
function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const entries = Array.isArray(value)
    ? value.slice(0, 20).map((item, at) => [at, item] as const)
    : Object.entries(value).slice(0, 40)
  return path.length > 12
    ? [path]
    : [path, ...entries.flatMap(([key, item]) => pathsOf(item, [...path, key]))]
}

/** The value with one place of it changed; undefined takes the place away. */
function change(value: Json, path: Path, how: (value: Json | undefined) => Json | undefined): Json {
  const [key, ...rest] = path
  if (key === undefined) return how(value) ?? null
  if (Array.isArray(value))
    return value.flatMap((item, at) =>
      at !== key ? [item] : rest.length > 0 ? [change(item, rest, how)] : asList(how(item)),
    )
  const object = value as { [name: string]: Json }
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, item]) =>
      name !== key
        ? [[name, item]]
        : rest.length > 0
          ? [[name, change(item, rest, how)]]
          : asList(how(item)).map((one) => [name, one]),
    ),
  ) as Json
}

function asList(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value]
}

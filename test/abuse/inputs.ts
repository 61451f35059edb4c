import { chance, pick, seeded, type Random } from '../oracle/random.js'
import { abuseBody } from './bodies.js'
import { nastyText } from './nasty.js'
import { bytesOf, validRequest, type Asked, type Operation } from './operations.js'
import { abuseWire, type OnTheWire } from './wire.js'

/** The input of this number for an operation: the same seed and number give the same bytes. */
export function inputOf(operation: Operation, seed: number, number: number): OnTheWire {
  const random = seeded(
    seed * 1_000_003 +
      number * 7_919 +
      [...operation.operationId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7),
  )
  const asked = validRequest(operation)
  const kind = random()
  if (kind < 0.3) return abuseWire(random, asked)
  if (kind < 0.8 && operation.bodies.length > 0) return ofBody(random, operation, asked)
  return ofAddress(random, operation, asked)
}

function ofBody(random: Random, { bodies }: Operation, asked: Asked): OnTheWire {
  const { title, bytes, headers = [] } = abuseBody(random, pick(random, bodies))
  const type: readonly (readonly [string, string])[] = chance(random, 0.95)
    ? [['Content-Type', 'application/json']]
    : []
  return {
    title: `body: ${title}`,
    bytes: bytesOf({ ...asked, headers: [...type, ...headers], body: bytes }),
  }
}

// As they are put into a path or query by whoever does not know better.
const encodings: Readonly<Record<string, (text: string) => string>> = {
  encoded: (text) => encodeSafely(text),
  'encoded twice': (text) => encodeSafely(encodeSafely(text)),
  // eslint-disable-next-line no-control-regex -- they would end the request line
  'not encoded': (text) => text.replaceAll(/[\s\u0000-\u001f]/g, '+'),
  'every byte encoded': (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'half encoded': (text) => `${encodeSafely(text)}%`,
  'not UTF-8': (text) => `${encodeSafely(text)}%ff%c3`,
}

/** A lone surrogate cannot be encoded; it goes as the three bytes that some programs make of it. */
function encodeSafely(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replaceAll('%EF%BF%BD', '%ED%A0%80')
}

function ofAddress(random: Random, { parameters }: Operation, asked: Asked): OnTheWire {
  const [how, encode] = pick(random, Object.entries(encodings))
  const text = nastyText(random).slice(0, 4_000)
  const inPath = Object.keys(asked.pathValues)
  if (inPath.length > 0 && chance(random, 0.5)) {
    const name = pick(random, inPath)
    return {
      title: `path: ${name}, ${how}`,
      bytes: bytesOf({ ...asked, pathValues: { ...asked.pathValues, [name]: text } }, encode),
      isHalf: true,
    }
  }
  const names = parameters.filter((one) => one.in === 'query').map(({ name }) => name)
  const name =
    names.length > 0 && chance(random, 0.8)
      ? pick(random, names)
      : pick(random, ['unknown', 'a[]', 'a[b]', '__proto__', 'constructor', 'page size', '', 'limit'])
  const rest = chance(random, 0.3) ? asked.query : asked.query.filter(([given]) => given !== name)
  return {
    title: `query: ${name}, ${how}`,
    bytes: bytesOf({ ...asked, query: [...rest, [name, text]] }, encode),
    isHalf: true,
  }
}

import { pick, whole, type Random } from '../oracle/random.js'
import { nastyText } from './nasty.js'
import { bytesOf, type Asked } from './operations.js'

/** Bytes for a bare socket. `isHalf`: more would have to come, and the client ends its side instead. */
export interface OnTheWire {
  readonly title: string
  readonly bytes: Buffer
  readonly isHalf?: boolean
}

const chunks = (size: string, text: string, end = '0\r\n\r\n'): string => `${size}\r\n${text}\r\n${end}`

/** A valid request, its framing, request line or headers made wrong. */
export function abuseWire(random: Random, asked: Asked): OnTheWire {
  const bytes = bytesOf(asked)
  const text = bytes.toString('latin1')
  const body = (asked.body ?? Buffer.from('{}')).toString('latin1')
  const [line = '', ...headers] = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n')
  const [method = '', target = ''] = line.split(' ')
  const withHead = (first: string, more: readonly string[], sent = body): Buffer =>
    Buffer.from(`${first}\r\n${more.join('\r\n')}\r\n\r\n${sent}`, 'latin1')
  const framed = (...framing: string[]): string[] => [
    ...headers.filter((header) => !/^content-length/i.test(header)),
    ...framing,
  ]
  const length = Buffer.byteLength(body)
  const chunked = (size: string, sent: string, end?: string): Buffer =>
    withHead(
      line,
      framed('Content-Type: application/json', 'Transfer-Encoding: chunked'),
      chunks(size, sent, end),
    )
  const hex = length.toString(16)
  const ways: Readonly<Record<string, () => Omit<OnTheWire, 'title'>>> = {
    'chunks, as they should be': () => ({ bytes: chunked(hex, body) }),
    'a chunk longer than it says': () => ({ bytes: chunked((length - 1).toString(16), body) }),
    'a chunk shorter than it says': () => ({ bytes: chunked((length + 7).toString(16), body), isHalf: true }),
    'a size that is no number': () => ({
      bytes: chunked(pick(random, ['Zq9Canary', '-1', '0x10', '', ' ', '1;', 'g']), body),
      isHalf: true,
    }),
    'a size beyond all bounds': () => ({
      bytes: chunked(
        pick(random, ['ffffffffffffffff', 'fffffffffffffffff', '7fffffffffffffff', '100000']),
        body,
      ),
      isHalf: true,
    }),
    'chunk extensions': () => ({
      bytes: chunked(`${hex};Zq9Canary=${'a'.repeat(whole(random, 1, 40_000))}`, body),
      isHalf: true,
    }),
    trailers: () => ({ bytes: chunked(hex, body, '0\r\nX-Name: Zq9Canary\r\nContent-Length: 5\r\n\r\n') }),
    'chunks without an end': () => ({ bytes: chunked(hex, body, ''), isHalf: true }),
    'chunks of one byte': () => ({
      bytes: withHead(
        line,
        framed('Content-Type: application/json', 'Transfer-Encoding: chunked'),
        `${[...body].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`,
      ),
    }),
    'another transfer encoding': () => ({
      bytes: withHead(
        line,
        framed(
          `Transfer-Encoding: ${pick(random, ['gzip', 'chunked, gzip', 'gzip, chunked', 'identity', 'Zq9Canary', 'chunked, chunked', 'xchunked', '\tchunked', 'chunKED'])}`,
        ),
        chunks(hex, body),
      ),
      isHalf: true,
    }),
    'length and chunks': () => ({
      bytes: withHead(
        line,
        framed(`Content-Length: ${length}`, 'Transfer-Encoding: chunked'),
        chunks(hex, body),
      ),
    }),
    'two lengths': () => ({
      bytes: withHead(
        line,
        framed(`Content-Length: ${length}`, `Content-Length: ${pick(random, [0, length, length + 1])}`),
      ),
      isHalf: true,
    }),
    'a length that is none': () => ({
      bytes: withHead(
        line,
        framed(
          `Content-Length: ${pick(random, ['-1', '+5', '0x5', '5,5', '1e3', '99999999999999999999', 'Zq9Canary', '', '5 5'])}`,
        ),
      ),
      isHalf: true,
    }),
    'a length that is too great': () => ({
      bytes: withHead(
        line,
        framed('Content-Type: application/json', `Content-Length: ${length + whole(random, 1, 1_000)}`),
      ),
      isHalf: true,
    }),
    'a length that is too small': () => ({
      bytes: withHead(
        line,
        framed(
          'Content-Type: application/json',
          `Content-Length: ${Math.max(0, length - whole(random, 1, 50))}`,
        ),
      ),
    }),
    'a body where none is taken': () => ({
      bytes: withHead(
        line.replace(/^\S+/, 'GET'),
        framed('Content-Type: application/json', `Content-Length: ${length}`),
      ),
    }),
    'no Host': () => ({
      bytes: withHead(
        line,
        headers.filter((header) => !/^host/i.test(header)),
      ),
    }),
    'two Hosts': () => ({ bytes: withHead(line, [...headers, 'Host: Zq9Canary']) }),
    'another version': () => ({
      bytes: withHead(
        `${method} ${target} ${pick(random, ['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/9.9', 'http/1.1', 'Zq9Canary/1.1', 'HTTP/1.1 Zq9Canary', 'HTTP/11'])}`,
        headers,
      ),
      isHalf: true,
    }),
    'no version': () => ({ bytes: Buffer.from(`${method} ${target}\r\n\r\n`), isHalf: true }),
    'the preface of HTTP/2': () => ({
      bytes: Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000'),
      isHalf: true,
    }),
    'a TLS hello': () => ({ bytes: Buffer.from('16030100c8010000c40303', 'hex'), isHalf: true }),
    'another method': () => ({
      bytes: withHead(
        line.replace(
          /^\S+/,
          pick(random, [
            'PUT',
            'DELETE',
            'PATCH',
            'OPTIONS',
            'HEAD',
            'TRACE',
            'CONNECT',
            'PURGE',
            'Zq9Canary',
            'get',
            'QUERY',
            'M-SEARCH',
          ]),
        ),
        headers,
      ),
      isHalf: true,
    }),
    'another kind of target': () => ({
      bytes: withHead(
        `${method} ${pick(random, [`http://Zq9Canary${target}`, 'Zq9Canary:443', '*', `//Zq9Canary${target}`, `${target}#Zq9Canary`, `${target}\u0000`, `${target} Zq9Canary`, `${target}%00Zq9Canary`, `/.${target}`, `${target}/../${target}`, `${target}/`, `/${target}`, target.toUpperCase(), `${target};Zq9Canary`, `${target}?%`, `${target}?${'&'.repeat(3_000)}`, `${target}?${'a=Zq9Canary&'.repeat(900)}`])} HTTP/1.1`,
        headers,
      ),
      isHalf: true,
    }),
    'a header that is none': () => ({
      bytes: withHead(line, [
        ...headers,
        pick(random, [
          'Zq9Canary',
          ': Zq9Canary',
          'X Name: Zq9Canary',
          'X-Name : Zq9Canary',
          ' X-Name: Zq9Canary',
          'X-Name: a\u0000Zq9Canary',
          'X-Name: a\rZq9Canary',
          'X-Na\u0001me: a',
          `X-Name: ${'é'.repeat(20)}`,
        ]),
      ]),
      isHalf: true,
    }),
    'headers beyond all bounds': () => ({
      bytes: withHead(line, [
        ...headers,
        ...Array.from({ length: whole(random, 100, 3_000) }, (_, at) => `X-${at}: Zq9Canary`),
      ]),
      isHalf: true,
    }),
    'one header beyond all bounds': () => ({
      bytes: withHead(line, [...headers, `X-Name: ${'Zq9Canary'.repeat(whole(random, 10, 4_000))}`]),
      isHalf: true,
    }),
    'an odd value of a known header': () => ({
      bytes: withHead(line, [
        ...headers,
        `${pick(random, ['Accept', 'Accept-Language', 'If-None-Match', 'If-Match', 'Idempotency-Key', 'X-Request-Id', 'X-Forwarded-For', 'Forwarded', 'X-HTTP-Method-Override', 'Range', 'Expect', 'Upgrade', 'Cookie', 'Origin', 'Referer', 'Authorization', 'Access-Control-Request-Method', 'TE', 'Content-Location'])}: ${nastyText(
          random,
        )
          .replaceAll(/[\r\n]/g, ' ')
          .slice(0, 2_000)}`,
      ]),
      isHalf: true,
    }),
    'an odd type of content': () => ({
      bytes: withHead(line, [
        ...headers.filter((header) => !/^content-type/i.test(header)),
        `Content-Type: ${pick(random, ['text/plain', 'application/xml', 'application/fhir+json', 'application/json;charset=utf-16', 'application/json; charset=utf-8', 'application/jsonx', 'application/json, text/plain', 'multipart/form-data; boundary=Zq9Canary', 'application/x-www-form-urlencoded', '', ';', 'application/json\t;a', 'APPLICATION/JSON', 'a'.repeat(3_000), 'application/json; a="Zq9Canary'])}`,
      ]),
    }),
    'lines that end otherwise': () => ({
      bytes: Buffer.from(text.replaceAll('\r\n', pick(random, ['\n', '\r', '\n\r', '\r\r\n'])), 'latin1'),
      isHalf: true,
    }),
    'something before it': () => ({
      bytes: Buffer.concat([
        Buffer.from(pick(random, ['\r\n\r\n', '\n', '\u0000', ' ', 'Zq9Canary\r\n'])),
        bytes,
      ]),
      isHalf: true,
    }),
    'something after it': () => ({
      bytes: Buffer.concat([
        bytes,
        Buffer.from(pick(random, ['Zq9Canary\r\n\r\n', '\r\n', 'GET / HTTP/1.1\r\n\r\n', '\u0000'])),
      ]),
      isHalf: true,
    }),
    'cut off': () => ({ bytes: bytes.subarray(0, whole(random, 1, bytes.length - 1)), isHalf: true }),
    'a byte altered': () => {
      const other = Buffer.from(bytes)
      other[whole(random, 0, Math.min(400, bytes.length) - 1)] = whole(random, 0, 255)
      return { bytes: other, isHalf: true }
    },
    'two at once': () => ({
      bytes: Buffer.concat([Buffer.from(text.replace('Connection: close\r\n', ''), 'latin1'), bytes]),
    }),
  }
  const title = pick(random, Object.keys(ways))
  return { title, ...(ways[title] as () => Omit<OnTheWire, 'title'>)() }
}

import { once } from 'node:events'
import { connect } from 'node:net'

/** What came back on a connection: the answers in their order, what of it was none, and whether the server let the client wait too long. */
export interface Exchange {
  readonly answers: readonly WireAnswer[]
  readonly rest: string
  readonly hung: boolean
}
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const patience = 12_000 // ms; a request that does not arrive is given up after 10 s

/** Sends bytes and reads until the server ends the connection. With `endsSide` the client says that nothing will follow. */
export async function exchange(
  port: number,
  bytes: Buffer,
  endsSide: boolean,
  method?: string,
): Promise<Exchange> {
  const received: Buffer[] = []
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => {
    socket.write(bytes, () => {
      if (endsSide && !socket.destroyed) socket.end()
    })
  })
  socket
    .on('data', (chunk: Buffer) => {
      received.push(chunk)
    })
    .on('error', () => {})
    .on('end', () => {
      socket.end()
    })
  let hung = false
  const timer = setTimeout(() => {
    hung = true
    socket.destroy()
  }, patience)
  await once(socket, 'close').catch(() => {})
  clearTimeout(timer)
  return { ...answersIn(Buffer.concat(received), method), hung }
}

function answersIn(bytes: Buffer, method: string | undefined): { answers: WireAnswer[]; rest: string } {
  const answers: WireAnswer[] = []
  let at = 0
  while (at < bytes.length) {
    const end = bytes.indexOf('\r\n\r\n', at)
    const [line = '', ...lines] = end < 0 ? [] : bytes.subarray(at, end).toString('latin1').split('\r\n')
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]
    if (status === undefined) break
    const headers = Object.fromEntries(
      lines.map((header) => [
        header.slice(0, header.indexOf(':')).toLowerCase(),
        header.slice(header.indexOf(':') + 1).trim(),
      ]),
    )
    at = end + 4
    if (status === '100') continue
    // What stands behind a HEAD in the same piece may be answered first, by an answer with a body.
    const hasBody =
      !(method === 'HEAD' && answers.length === 0 && bytes[at] !== 0x7b) &&
      status !== '304' &&
      status !== '204'
    const { body, next } = hasBody ? bodyAt(bytes, at, headers) : { body: '', next: at }
    answers.push({ status: Number(status), headers, body })
    at = next
  }
  return { answers, rest: bytes.subarray(at).toString('latin1') }
}

function bodyAt(
  bytes: Buffer,
  at: number,
  headers: Readonly<Record<string, string>>,
): { body: string; next: number } {
  if (headers['transfer-encoding'] !== 'chunked') {
    const next = at + Number(headers['content-length'] ?? bytes.length - at)
    return { body: bytes.subarray(at, next).toString('utf8'), next }
  }
  const pieces: Buffer[] = []
  for (let from = at; ;) {
    const end = bytes.indexOf('\r\n', from)
    const size = Number.parseInt(bytes.subarray(from, end).toString('latin1'), 16)
    if (end < 0 || !(size > 0))
      return { body: Buffer.concat(pieces).toString('utf8'), next: end < 0 ? bytes.length : end + 4 }
    pieces.push(bytes.subarray(end + 2, end + 2 + size))
    from = end + 2 + size + 2
  }
}

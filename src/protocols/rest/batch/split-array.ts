const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace, comma] = [...'"\\[]{},'].map(
  (character) => character.charCodeAt(0),
) as [number, number, number, number, number, number, number]
const blanks = new Set([0x20, 0x09, 0x0a, 0x0d])

/**
 * Splits a JSON array into the bytes between its commas, without parsing the elements. Ends with
 * undefined where the brackets do not close, or text follows them. Call `isArray` first.
 */
export function* splitArray(bytes: Buffer): Generator<Buffer | undefined, void> {
  const first = skipBlanks(bytes, 0) + 1
  let from = first
  let depth = 0
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) {
      at = endOfString(bytes, at)
      if (at < 0) break
    } else if (byte === openBrace || byte === openBracket) depth++
    else if (byte === closeBrace || (byte === closeBracket && depth > 0)) depth--
    else if (byte === comma && depth === 0) {
      yield bytes.subarray(from, at)
      from = at + 1
    } else if (byte === closeBracket) {
      if (skipBlanks(bytes, first) !== at) yield bytes.subarray(from, at)
      if (skipBlanks(bytes, at + 1) < bytes.length) yield undefined
      return
    }
  }
  yield undefined
}

/** Whether a body begins like an array. */
export function isArray(bytes: Buffer): boolean {
  return bytes[skipBlanks(bytes, 0)] === openBracket
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from
  while (blanks.has(bytes[at] ?? 0)) at++
  return at
}

/** Position of the closing quote of the string that begins at `start`; -1 where it does not end. */
function endOfString(bytes: Buffer, start: number): number {
  for (let end = bytes.indexOf(quote, start + 1); end >= 0; end = bytes.indexOf(quote, end + 1)) {
    let before = end
    while (bytes[before - 1] === backslash) before--
    if ((end - before) % 2 === 0) return end
  }
  return -1
}

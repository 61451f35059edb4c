// One pass over the text before JSON.parse. JSON.parse keeps the last of two equal keys, accepts
// any depth, and accepts an escaped NUL or half a surrogate pair. With each of these the answer
// could rest on something other than what the caller meant.

export const maximumDepth = 32

export type JsonFault =
  'too-deep' | 'duplicate-key' | 'forbidden-key' | 'control-character' | 'lone-surrogate' | 'not-json'

// DEL and the C1 controls are legal raw JSON. JSON.parse refuses raw C0 controls inside strings.
const rawControl = /[\u007f-\u009f]/
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])
const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket, colon, comma] = [
  ...'"\\{}[]:,',
].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

/**
 * The first part of a JSON text that this service refuses to read, or undefined. Linear and without
 * recursion. It goes character by character, without `includes` and `indexOf` on the whole text: V8
 * may hoist those calls into the loop once it is hot, and run them at every character. In Node 20,
 * 1 MiB of `[],` then took seven seconds.
 */
export function jsonFault(text: string): JsonFault | undefined {
  if (rawControl.test(text)) return 'control-character'
  // the keys seen in each open object; undefined for an array
  const open: (Set<string> | undefined)[] = []
  let keyExpected = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      const end = endOfString(text, at)
      if (end < 0) return 'not-json'
      const raw = text.slice(at, end + 1)
      const fault = escapeFault(raw)
      if (fault !== undefined) return fault
      const keys = keyExpected ? open.at(-1) : undefined
      const keyFault = keys === undefined ? undefined : addKey(keys, raw)
      if (keyFault !== undefined) return keyFault
      at = end
    } else if (code === openBrace || code === openBracket) {
      if (open.length === maximumDepth) return 'too-deep'
      keyExpected = code === openBrace
      open.push(keyExpected ? new Set() : undefined)
    } else if (code === closeBrace || code === closeBracket) {
      open.pop()
      keyExpected = false
    } else if (code === colon) keyExpected = false
    else if (code === comma) keyExpected = open.at(-1) !== undefined
  }
  return undefined
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === backslash) at++
    else if (code === quote) return at
  }
  return -1
}

/**
 * NUL and lone surrogates pass the UTF-8 decoder only as escapes. Tab and line breaks may stand in
 * free text.
 */
function escapeFault(raw: string): JsonFault | undefined {
  if (!raw.includes('\\')) return undefined
  const text = decoded(raw)
  if (text === undefined) return 'not-json'
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(text)) return 'control-character'
  if (/\p{Surrogate}/u.test(text)) return 'lone-surrogate'
  return undefined
}

function addKey(keys: Set<string>, raw: string): JsonFault | undefined {
  const key = raw.includes('\\') ? (decoded(raw) ?? '') : raw.slice(1, -1)
  if (forbiddenKeys.has(key)) return 'forbidden-key'
  if (keys.has(key)) return 'duplicate-key'
  keys.add(key)
  return undefined
}

function decoded(raw: string): string | undefined {
  try {
    return JSON.parse(raw) as string
  } catch {
    return undefined
  }
}

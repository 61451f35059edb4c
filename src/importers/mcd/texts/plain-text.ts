import { createHash } from 'node:crypto'

/**
 * A paragraph of the export without its markup: its sentences, and the hash by which a change of it
 * is noticed.
 */
export interface PlainText {
  readonly sentences: readonly string[]
  readonly hash: string
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  rsquo: "'",
  lsquo: "'",
  ldquo: '"',
  rdquo: '"',
  ndash: '-',
  mdash: '-',
  hellip: '...',
  bull: ' ',
  reg: '®',
  trade: '™',
  copy: '©',
  ge: '≥',
  le: '≤',
  micro: 'µ',
  middot: '·',
  sect: '§',
  deg: '°',
  frac12: '½',
}

const decodeOnce = (text: string): string =>
  text.replace(
    /&(?:#(\d{1,6})|#x([0-9a-f]{1,6})|([a-z0-9]{2,8}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      const point =
        decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined
      if (point !== undefined) return point > 0 && point < 0x110000 ? String.fromCodePoint(point) : ' '
      return entities[(name ?? '').toLowerCase()] ?? whole
    },
  )

/**
 * Text without HTML, of which entities may be escaped twice; the ends of blocks stay as line
 * breaks.
 */
export function withoutMarkup(html: string): string {
  return (
    decodeOnce(decodeOnce(html.replace(/[\r\n]+/g, ' ')))
      .replace(/<!--[^]*?-->|<(style|script)\b[^]*?<\/\1>/gi, ' ')
      .replace(/<\/?(?:p|br|li|ul|ol|div|tr|td|th|table|h[1-6])\b[^<>]*>/gi, '\n')
      // Of other tags only the tag goes: `<sub>12</sub>` belongs to the word before it. A bare `<`
      // before a number is text.
      .replace(/<\/?[a-z][^<>]*>/gi, '')
      .replace(/[\u2018\u2019\u02bc]/g, "'")
      .replace(/[\u201c\u201d]/g, '"')
      .replace(/[\u2010-\u2015]/g, '-')
      .replace(/[\u00a0\u200b\ufeff\t ]+/g, ' ')
      .replace(/ ?\n[ \n]*/g, '\n')
      .trim()
  )
}

/**
 * A title without its markup, on one line; a copy, since a string cut out of a piece of the file
 * keeps the piece in memory.
 */
export function plainTitle(html: string): string {
  return Buffer.from(withoutMarkup(html).replace(/\s+/g, ' ').slice(0, 300)).toString()
}

/** The sentences and the hash of a paragraph; line breaks and markup have no part in the hash. */
export function plainText(html: string): PlainText {
  const text = withoutMarkup(html)
  const sentences = text
    .split(/\n|(?<=[.!?]) +(?=[A-Z"(*])/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[a-z0-9]/i.test(sentence))
  return { sentences, hash: hashOf(text.replace(/\s+/g, ' ')) }
}

/** The hash of a text, as overlays and rules write it. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

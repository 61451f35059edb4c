import { createHash } from 'node:crypto'

/**
 * A paragraph of the export without its markup: its sentences, and a hash that shows whether the text
 * has changed.
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
 * The text of HTML without tags. It decodes entities twice, because the export escapes some twice
 * (`&amp;lt;`). The ends of blocks become line breaks.
 */
export function withoutMarkup(html: string): string {
  return (
    decodeOnce(decodeOnce(html.replace(/[\r\n]+/g, ' ')))
      .replace(/<!--[^]*?-->|<(style|script)\b[^]*?<\/\1>/gi, ' ')
      .replace(/<\/?(?:p|br|li|ul|ol|div|tr|td|th|table|h[1-6])\b[^<>]*>/gi, '\n')
      // Other tags vanish without a space: `<sub>12</sub>` belongs to the word before it. A `<` before a
      // number is text ("< 5"), not a tag.
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
 * A title without markup on one line, at most 300 characters. It is a copy: a string that is cut out
 * of a chunk of the file would keep the whole chunk in memory.
 */
export function plainTitle(html: string): string {
  return Buffer.from(withoutMarkup(html).replace(/\s+/g, ' ').slice(0, 300)).toString()
}

/** The sentences and the hash of a paragraph. Changes of line breaks or markup do not change the hash. */
export function plainText(html: string): PlainText {
  const text = withoutMarkup(html)
  const sentences = text
    .split(/\n|(?<=[.!?]) +(?=[A-Z"(*])/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[a-z0-9]/i.test(sentence))
  return { sentences, hash: hashOf(text.replace(/\s+/g, ' ')) }
}

/** SHA-256 of a text as 64 hexadecimal digits, as overlays and rules write it. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

import type { Checklist, ChecklistItem } from '../../../decision/advice/checklist/answer.js'
import { documentWords, hostOf } from '../../../rendering/pages/document-words.js'
import { listWords, notCoveredWords } from './page-words.js'

/**
 * How to fit a page on a sheet: the letter size, and what to cut where even the smallest is too
 * large.
 */
export interface Fit {
  readonly size: number
  readonly mostCharacters: number
  readonly mostItems: number
}

/** Points per letter size s1, s2 … of the style. */
export const points = [9.6, 9, 8.4, 7.9, 7.4, 6.9, 6.4, 6]
const smallest = points.length
// The print area common to A4 and Letter, in points.
const sheet = { width: 538, height: 741 }
const lineHeight = 1.25
// of the letter size, on average; estimates were 2 to 20 % above what Chromium prints, never below
const letterWidth = 0.46
const whole = { mostCharacters: Infinity, mostItems: Infinity }
const cuts = [
  { mostCharacters: 420, mostItems: 6 },
  { mostCharacters: 260, mostItems: 4 },
  { mostCharacters: 160, mostItems: 3 },
  { mostCharacters: 110, mostItems: 2 },
]

/**
 * The largest letter size with which the page fits one sheet of A4 or Letter. Where none does: the
 * smallest, with texts shortened as needed.
 */
export function fitFor(page: Checklist): Fit {
  const tries: Fit[] = [
    ...points.map((_, at) => ({ size: at + 1, ...whole })),
    ...cuts.map((most) => ({ size: smallest, ...most })),
  ]
  return tries.find((fit) => heightOf(page, fit) <= sheet.height) ?? (tries.at(-1) as Fit)
}

/** Estimated height of the printed page, in points. */
export function heightOf(page: Checklist, fit: Fit): number {
  const size = points[fit.size - 1] ?? 6
  const lines = (text: string, width: number, scale = 1): number =>
    Math.max(1, Math.ceil((text.length * letterWidth * size * scale) / width)) * scale
  const column = sheet.width / 2 - size * 3
  const columns =
    page.sections
      .flatMap((section) => [
        1.45,
        ...shown(section.items, fit).items.map(
          (item) => itemLines(item, fit, (text) => lines(text, column)) + 0.3,
        ),
      ])
      .reduce(add, 0) +
    5 * 2.1
  const outline =
    page.justification === undefined
      ? 0
      : 4.5 +
        Math.max(
          ...page.justification.map(
            (part) =>
              1.5 +
              [...part.given, ...part.gaps]
                .map(({ text }) => lines(text, sheet.width / 3 - size * 3))
                .reduce(add, 0),
          ),
        )
  const sources =
    page.citations
      .map(
        (one) =>
          lines(`${documentWords(one.citation)} (${hostOf(one.citation.url)})`, sheet.width * 0.4, 0.86) +
          0.15,
      )
      .reduce(add, 0) + 1.5
  const head =
    5.5 +
    page.warnings.map((text) => lines(text, sheet.width * 0.93) + 0.4).reduce(add, 0) +
    (page.planNote === undefined ? 0 : lines(page.planNote, sheet.width))
  const foot = lines(cut(notCoveredWords(page), fit), sheet.width, 0.9) + 2.5
  return (columns / 2 + 1.5 + outline + sources + head + foot) * size * lineHeight
}

const add = (sum: number, one: number): number => sum + one

function itemLines(item: ChecklistItem, fit: Fit, lines: (text: string) => number): number {
  const texts = [
    `${item.label ?? ''} ${item.text}`,
    ...(item.when === undefined ? [] : [item.when]),
    ...(item.dependsOn === undefined ? [] : [item.dependsOn]),
    ...item.points,
    ...item.lists.map((list) => {
      const words = listWords(list)
      return `${words.title}: ${words.codes}`
    }),
    ...(item.reading === undefined ? [] : [item.reading]),
  ]
  return texts.map((text) => lines(cut(text, fit))).reduce(add, 0)
}

/** A text cut at a word to the length that fits, with an ellipsis. */
export function cut(text: string, { mostCharacters }: Fit): string {
  if (text.length <= mostCharacters) return text
  return `${text.slice(0, mostCharacters).replace(/\s+\S*$/, '')} […]`
}

/** The items of a topic that fit, and how many do not. */
export function shown(
  items: readonly ChecklistItem[],
  { mostItems }: Fit,
): { readonly items: readonly ChecklistItem[]; readonly left: number } {
  return { items: items.slice(0, mostItems), left: Math.max(0, items.length - mostItems) }
}

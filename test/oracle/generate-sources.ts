// Random sources and the spans of time for which editions and versions are held.
import type { Grade, Source } from '../../src/decision/shapes/source.js'
import { chance, maybe, pick, some, type Random } from './random.js'
import { boundaries, longAgo } from './vocabulary.js'

/** A source whose grade and days of trust may make an answer unsure. */
export function source(random: Random, distrust: number): Source {
  const grade: Grade = chance(random, 0.6 * distrust)
    ? 'secondary'
    : pick(random, ['primary', 'primary', 'fictional'] as const)
  return {
    publisher: 'A publisher',
    title: 'A document',
    url: 'https://example.org/document',
    retrievedOn: '2028-01-01',
    grade,
    ...maybe(random, 0.3, () => ({ coversThrough: pick(random, boundaries) })),
    ...maybe(random, 0.4 * distrust, () => ({ usableThrough: pick(random, boundaries) })),
  }
}

/** One to three spans that do not overlap: mostly one without an end, else with gaps, late beginnings and early ends. */
export function versionSpans(random: Random, mess: number): { from: string; to?: string }[] {
  if (!chance(random, 0.15 + mess * 0.6)) return [{ from: longAgo }]
  const points = [
    chance(random, 0.6) ? longAgo : '2027-10-01',
    ...some(random, boundaries.slice(1), 1, 4),
  ].sort()
  const spans = points
    .map((from, position) => {
      const to = points[position + 1]
      return to === undefined ? { from } : { from, to }
    })
    .slice(0, 3)
  const kept = spans.filter(() => chance(random, 0.8))
  return kept.length > 0 ? kept : spans.slice(-1)
}

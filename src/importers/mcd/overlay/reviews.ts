import type { PolicyContent } from '../../../decision/shapes/policy.js'
import type { OverlayEntry, ReviewedReading } from './overlay.js'

// A rule that rests on reviewed readings writes them into its interpretation. An import without the
// overlay reads them from there:
//   <notes> Reviewed on 2026-11-20 (policy reviewer): covered 2 #0123456789abcdef = {"supports":{…}} | covered 5 #… = partner .
const opening = /Reviewed on (\d{4}-\d{2}-\d{2}) \(([^()]{1,80})\): ([^]*?) \.(?: |$)/g
const one = /^([a-z]+(?: \d+)?)(?: v(\d+))? #([0-9a-f]{16}) = (.+)$/s
const separator = ' | '
const mostText = 2000

/**
 * A text of one version, where a person has read some wording of that text. `review` is the reading of
 * exactly this wording; undefined where the wording has changed.
 */
export interface LookedUp {
  readonly document: string
  readonly version: string
  /** The name of the text as overlays write it: `covered 2`. */
  readonly text: string
  readonly hash: string
  readonly review: OverlayEntry | undefined
}

/** Reviewed readings by document and text. */
export class Reviews {
  private readonly byText = new Map<string, OverlayEntry[]>()

  /** The readings that come with the program. Rules do not repeat them in their interpretation. */
  readonly bundled: ReadonlySet<OverlayEntry>

  /** For the same text, earlier entries take precedence over later ones, and all over the bundled ones. */
  constructor(entries: readonly OverlayEntry[], bundled: readonly OverlayEntry[]) {
    this.bundled = new Set(bundled)
    for (const entry of [...entries, ...bundled]) {
      const key = keyOf(entry)
      this.byText.set(key, [...(this.byText.get(key) ?? []), entry])
    }
  }

  /**
   * Finds the reading for a text of a version. Undefined where nobody has read any wording of that text;
   * `review` is undefined where somebody has read another wording.
   */
  lookUp(document: string, version: string, text: string, hash: string): LookedUp | undefined {
    const entries = this.byText.get(keyOf({ document, text }))
    if (entries === undefined) return undefined
    const review = entries.find(
      (entry) => hash.startsWith(entry.hash) && (entry.version === undefined || entry.version === version),
    )
    return { document, version, text, hash, review }
  }

  /**
   * Messages on the readings of these documents that apply to no text: the text has changed, or no
   * version has it any more. `lookedUp` lists the versions of a document from the oldest to the newest;
   * only the newest counts.
   */
  notApplied(documents: ReadonlySet<string>, lookedUp: readonly LookedUp[]): string[] {
    const newest = new Map(lookedUp.map((text) => [keyOf(text), text]))
    return [...this.byText].flatMap(([key, entries]) => {
      const [first] = entries
      const text = newest.get(key)
      if (first === undefined || !documents.has(first.document) || text?.review !== undefined) return []
      const read = entries.map(({ hash, reviewedOn }) => `${hash.slice(0, 16)} of ${reviewedOn}`).join(', ')
      return text === undefined
        ? `The reviewed reading of ${first.document} "${first.text}" (${read}) does not apply: no version has that text any more.`
        : `The text under the reviewed reading of ${first.document} "${first.text}" has changed: read was ${read}, version ${text.version} has ${text.hash}. Until somebody reads it again it is answered as indeterminate.`
    })
  }
}

const keyOf = ({ document, text }: Pick<OverlayEntry, 'document' | 'text'>): string => `${document} ${text}`

/**
 * The interpretation of a rule that rests on these reviewed readings, at most 2000 characters.
 * Undefined where there are no readings, or where the readings alone are longer than that.
 */
export function asInterpretation(
  entries: readonly OverlayEntry[],
  bundled: ReadonlySet<OverlayEntry>,
): string | undefined {
  const [first] = entries
  if (first === undefined) return undefined
  const groups = new Map<string, OverlayEntry[]>()
  for (const entry of entries) {
    const head = `Reviewed on ${entry.reviewedOn} (${entry.reviewedBy.replace(/[()]/g, '')})`
    groups.set(head, [...(groups.get(head) ?? []), entry])
  }
  const texts = [...groups].map(([head, these]) => {
    const kept = these.filter((entry) => !bundled.has(entry))
    return kept.length === 0 ? `${head}.` : `${head}: ${kept.map(traceOf).join(separator)} .`
  })
  const whole = texts.join(' ')
  if (whole.length > mostText) return undefined
  const notes = notesOf(entries)
  return notes === '' ? whole : `${notes.slice(0, mostText - whole.length - 1)} ${whole}`.trimStart()
}

const traceOf = ({ text, version, hash, reading }: OverlayEntry): string =>
  `${text}${version === undefined ? '' : ` v${version}`} #${hash.slice(0, 16)} = ${typeof reading === 'string' ? reading : JSON.stringify(reading)}`

const notesOf = (entries: readonly OverlayEntry[]): string =>
  [...new Set(entries.flatMap(({ note }) => note ?? []))].join(' ')

/**
 * The reviewed readings on which policies in force rest, for an import without the overlay. It leaves
 * out those that come with the program, since every import has these.
 */
export function reviewsHeldIn(
  held: Pick<PolicyContent, 'policies'>,
  policySetId: string,
  bundled: readonly OverlayEntry[],
): OverlayEntry[] {
  const found = new Map<string, OverlayEntry>()
  for (const policy of held.policies) {
    if (policy.policySetId !== policySetId) continue
    for (const { source, rules } of policy.versions) {
      for (const { interpretation } of rules) {
        for (const entry of entriesIn(source.documentNumber ?? '', interpretation, bundled))
          found.set(`${entry.document} ${entry.text} ${entry.hash}`, entry)
      }
    }
  }
  return [...found.values()]
}

function entriesIn(document: string, interpretation = '', bundled: readonly OverlayEntry[]): OverlayEntry[] {
  const its = bundled.filter((entry) => entry.document === document)
  const reviewers = new Set(bundled.map(({ reviewedBy }) => reviewedBy))
  const note = interpretation
    .slice(0, Math.max(0, interpretation.search(/(?:^| )Reviewed on \d{4}/)))
    .replace(notesOf(its), '')
    .trim()
  const entries = [...interpretation.matchAll(opening)].flatMap(
    ([, reviewedOn = '', reviewedBy = '', list = '']) =>
      list.split(separator).flatMap((part) => {
        const [, text = '', version, hash = '', written = ''] = one.exec(part) ?? []
        const reading = readingFrom(written)
        return reading === undefined
          ? []
          : [
              {
                document,
                text,
                hash,
                reading,
                reviewedBy,
                reviewedOn,
                ...(version === undefined ? {} : { version }),
              },
            ]
      }),
  )
  return entries
    .filter(({ reviewedBy }) => !reviewers.has(reviewedBy))
    .map((entry, at) => (at === 0 && note !== '' ? { ...entry, note } : entry))
}

function readingFrom(text: string): ReviewedReading | undefined {
  if (text === 'plain' || text === 'partner' || text === 'not-restricted') return text
  try {
    return text.startsWith('{') ? (JSON.parse(text) as ReviewedReading) : undefined
  } catch {
    // The interpretation has text of another author that only looks like a reading.
    return undefined
  }
}

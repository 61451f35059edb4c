import type { Source } from '../../../decision/shapes/source.js'
import { usableThrough } from '../tables/dates.js'
import type { Draft } from '../tables/drafts.js'
import type { Edition } from '../tables/edition.js'
import type { Dated } from './succession.js'

/**
 * The policy set of this import. A starter pack has a set with the same id, with documents that people
 * turned into rules by hand.
 */
export const policySetId = 'cms-mcd'

const opening = 'Read in the tables of the Medicare Coverage Database export.'

/** Whether a source comes from this import, by its note. */
export const isImported = ({ note }: Source): boolean => note?.startsWith(opening) === true

/**
 * The source that answers cite for a version. A version that ended within the edition no longer changes,
 * so its source has neither `coversThrough` nor `usableThrough`.
 */
export function sourceOf(
  { draft, to }: Dated<Draft>,
  publishers: readonly string[],
  { coversThrough, retrievedOn }: Edition,
): Source {
  const names = publishers.join('; ')
  const query =
    draft.half === 'article'
      ? `article.aspx?articleid=${draft.documentId}`
      : `lcd.aspx?lcdid=${draft.documentId}`
  const bounds =
    to !== undefined && to <= coversThrough
      ? {}
      : { coversThrough, usableThrough: usableThrough(coversThrough) }
  return {
    publisher:
      names === ''
        ? 'Medicare administrative contractors'
        : names.length <= 200
          ? names
          : `${publishers.length} Medicare administrative contractors`,
    documentNumber: draft.displayId,
    documentVersion: draft.version,
    title: draft.title === '' ? draft.displayId : draft.title,
    url: `https://www.cms.gov/medicare-coverage-database/view/${query}&ver=${draft.version}`,
    ...(draft.publishedOn === undefined ? {} : { publishedOn: draft.publishedOn }),
    retrievedOn,
    grade: 'primary',
    ...bounds,
    note: `${opening} ${
      draft.half === 'article'
        ? 'Codes and the paragraphs of their groups were read; the running text, modifiers, revenue codes and bill types were not turned into rules.'
        : 'Its criteria, documentation requirements and other running text were not turned into rules.'
    }${'coversThrough' in bounds ? ' That it is used, and flagged, for two quarters after its week is our choice.' : ''}`,
  }
}

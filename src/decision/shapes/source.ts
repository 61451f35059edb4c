import { Type, type Static } from 'typebox'
import { memoize } from '../memoize.js'
import { plainDate } from './codes.js'

const strict = { additionalProperties: false }
/** The schema of a text of a policy, 1 to 2000 characters where nothing else is said. */
export const Text = (description: string, maxLength = 2000) =>
  Type.String({ minLength: 1, maxLength, description })
/** The schema of a web address. */
export const Link = Type.String({
  pattern: '^https?://[^ ]+$',
  maxLength: 500,
  description: 'Where the document can be read.',
})

/** primary: read at the publisher. secondary: read at somebody else's or in an old copy. fictional: a sandbox payer. */
export const Grade = Type.Enum(['primary', 'secondary', 'fictional'], {
  description: 'How sure we are of the source; a secondary source alone never yields a pass.',
})
export type Grade = Static<typeof Grade>

/** The document a rule was read in, and how long what we read of it may be trusted. */
export const Source = Type.Object(
  {
    publisher: Text('Who publishes the document.', 200),
    documentNumber: Type.Optional(Text('Number of the document.', 80)),
    documentVersion: Type.Optional(Text('Version or edition of the document.', 80)),
    title: Text('Title of the document.', 300),
    url: Link,
    publishedOn: Type.Optional(plainDate('Date of publication')),
    retrievedOn: plainDate('Date on which it was read'),
    grade: Grade,
    coversThrough: Type.Optional(
      plainDate('Last day until which it is known to be right; absent = no limit'),
    ),
    usableThrough: Type.Optional(
      plainDate('Last day for which it may be used; later dates are policy-stale; absent = no limit'),
    ),
    note: Type.Optional(Text('What was not seen, or how it was read.')),
  },
  {
    ...strict,
    description:
      'Source of a body of rules. coversThrough: known right until. usableThrough: after it the answer is policy-stale.',
  },
)
export type Source = Static<typeof Source>

/** A document as people name it: number, or title where it has none, with its version ("A57755 v18"). */
export const documentName: (source: Source) => string = memoize(
  ({ documentNumber, documentVersion, title }) => {
    const version =
      documentVersion === undefined
        ? ''
        : /^[0-9]+$/.test(documentVersion)
          ? ` v${documentVersion}`
          : ` ${documentVersion}`
    return `${documentNumber ?? title}${version}`
  },
)

/** A document with number and title ("A57755 Billing and Coding: …"); some titles begin with the number already. */
export function documentTitle({ documentNumber, title }: Source): string {
  return documentNumber === undefined || title.startsWith(documentNumber)
    ? title
    : `${documentNumber} ${title}`
}

/** Whether two sources are one document or edition, read at the same time. */
export function isSameSource(a: Source, b: Source): boolean {
  return (
    a === b ||
    (a.title === b.title &&
      a.url === b.url &&
      a.documentNumber === b.documentNumber &&
      a.documentVersion === b.documentVersion &&
      a.grade === b.grade &&
      a.publisher === b.publisher &&
      a.retrievedOn === b.retrievedOn &&
      a.coversThrough === b.coversThrough)
  )
}

import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { plainDate } from '../../../decision/shapes/codes.js'
import { Expression, ExpressionRef } from '../../../decision/shapes/expression.js'
import { deepPlaces } from '../../../decision/conditions/nesting.js'
import { exclusionBases } from '../../../decision/shapes/rule.js'
import { ImportRefused, type SourceFile } from '../../importer.js'

const strict = { additionalProperties: false }
const Words = (description: string, maxLength: number) =>
  Type.String({ minLength: 1, maxLength, description })

const OverlayEntry = Type.Object(
  {
    document: Type.String({ pattern: '^[AL][0-9]{1,9}$', description: 'Number of the document: A52421.' }),
    version: Type.Optional(
      Type.String({
        pattern: '^[0-9]{1,6}$',
        description: 'Only this version; absent: every version with the same text.',
      }),
    ),
    text: Type.String({
      pattern: '^((covered|footnote|noncovered|hcpcs) [0-9]{1,4}|information|body|utilization)$',
      maxLength: 20,
      description:
        'Which text was read: "covered 2" (paragraph of the second covered group), "footnote 2" (its asterisk), "noncovered 1", "hcpcs 1", "information" (additional ICD-10 information), "body" (of an article), "utilization" (of an LCD).',
    }),
    hash: Type.String({
      pattern: '^[0-9a-f]{16}([0-9a-f]{48})?$',
      description:
        'SHA-256 of the text that was read, without markup, as the import tells it, or its first 16 digits; where the text has changed the entry does not apply.',
    }),
    reading: Type.Union([
      Type.Enum(['plain', 'partner', 'not-restricted'], {
        description:
          'plain: it adds no condition. partner: codes of this covered group count only where another group names them. not-restricted: the procedures of this hcpcs group are not bound to the diagnosis lists.',
      }),
      Type.Object(
        {
          supports: Type.Optional(ExpressionRef),
          procedures: Type.Optional(
            Type.Array(Type.String({ pattern: '^[A-Z0-9]{5}$' }), {
              minItems: 1,
              maxItems: 500,
              description: 'Only for these procedure codes.',
            }),
          ),
          notCovered: Type.Optional(
            Type.Object(
              {
                procedures: Type.Array(Type.String({ pattern: '^[A-Z0-9]{5}$' }), {
                  minItems: 1,
                  maxItems: 500,
                  description: 'Procedure codes that are not covered at all.',
                }),
                basis: Type.Enum(exclusionBases, { description: 'Ground of the exclusion.' }),
                from: Type.Optional(plainDate('First day on which they are not covered')),
              },
              {
                ...strict,
                description: 'Of the paragraph of an hcpcs group: procedures that it says are not covered.',
              },
            ),
          ),
        },
        {
          ...strict,
          minProperties: 1,
          description:
            'supports: when the group supports a service; of a footnote, what its codes need. A code set "group 2" stands for the codes of covered group 2. notCovered: procedures of an hcpcs group that are not covered; the others are bound to the lists.',
        },
      ),
    ]),
    reviewedBy: Words('In which role somebody read it; no names.', 80),
    reviewedOn: plainDate('Day on which it was read'),
    note: Type.Optional(Words('What was read, in own words.', 300)),
  },
  { ...strict, description: 'How somebody reads one text of one document.' },
)
export type OverlayEntry = Static<typeof OverlayEntry>
export type ReviewedReading = OverlayEntry['reading']

export const Overlay = Type.Object(
  {
    $schema: Type.Optional(
      Type.String({ maxLength: 200, description: 'Where an editor finds the schema of this file.' }),
    ),
    entries: Type.Array(OverlayEntry, { maxItems: 20000, description: 'Texts that were read.' }),
  },
  {
    ...strict,
    $id: 'McdOverlay',
    title: 'Reviewed readings of Medicare Coverage Database texts',
    description:
      'Readings by a person of paragraphs that the mcd import does not understand; docs/policy/imports-mcd.md.',
  },
)

const validator = Compile({ Expression }, Overlay)

/** Whether a file is an overlay, by its name (`*.mcd-overlay.json`). */
export const isOverlay = (name: string): boolean => /\.mcd-overlay\.json$/i.test(name)

/**
 * Reads the entries of an overlay file. Throws `ImportRefused` where the file does not fit the schema,
 * or where an entry gives a text a reading that is not possible for it (`partner` for an hcpcs group).
 */
export async function readOverlay(file: SourceFile): Promise<OverlayEntry[]> {
  const value = parsed(Buffer.from(await file.bytes()).toString('utf8'), file.name)
  const [deep] = deepPlaces(value)
  if (deep !== undefined) throw new ImportRefused(`${file.name}: ${deep.path} ${deep.reason}.`)
  if (!validator.Check(value)) {
    const problems = validator
      .Errors(value)
      .map(({ instancePath, message }) => `${instancePath || '/'} ${message}`)
    throw new ImportRefused(
      `${file.name}: ${[...new Set(problems)].slice(0, 5).join('; ')}. See examples/mcd/overlay.schema.json.`,
    )
  }
  const { entries } = value as Static<typeof Overlay>
  for (const [at, entry] of entries.entries()) {
    const problem = misplaced(entry)
    if (problem !== undefined) throw new ImportRefused(`${file.name}: /entries/${at}/reading ${problem}.`)
  }
  return entries
}

/** Why a reading is not possible for its text; undefined where it is. The message puts the path before it. */
function misplaced({ text, reading }: OverlayEntry): string | undefined {
  const [place = ''] = text.split(' ')
  if (reading === 'plain') return undefined
  if (typeof reading === 'string')
    return place === (reading === 'partner' ? 'covered' : 'hcpcs')
      ? undefined
      : `"${reading}" is not a reading of ${text}`
  if (place === 'hcpcs' && reading.notCovered !== undefined)
    return reading.supports === undefined && reading.procedures === undefined
      ? undefined
      : 'says what is not covered, and nothing else beside it'
  if (reading.notCovered !== undefined) return `"notCovered" is not a reading of ${text}`
  if (place === 'footnote')
    return reading.supports === undefined || reading.procedures !== undefined
      ? 'of a footnote is "plain", or what its codes need ("supports")'
      : undefined
  return place === 'covered' ? undefined : `of ${text} is "plain" or left to a person`
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ImportRefused(
      `${name}: it is not JSON (${error instanceof Error ? error.message : String(error)}).`,
    )
  }
}

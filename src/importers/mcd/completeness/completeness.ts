import { everyProcedure } from '../../../decision/shapes/codes.js'
import type { Completeness, PolicySet } from '../../../decision/shapes/policy.js'
import type { Contractors, ContractorType } from '../tables/contractors.js'
import { usableThrough } from '../tables/dates.js'
import type { DocumentIndex } from './document-index.js'
import { policySetId } from '../policies/source.js'
import type { Edition } from '../tables/edition.js'
import type { Exported } from '../tables/read-export.js'
import { number } from '../../wording.js'

/** How many documents of the index are loaded, and for which contractor types and states all of them are. */
interface IndexComparison {
  readonly held: number
  readonly complete: ReadonlyArray<{ readonly type: ContractorType; readonly states: readonly string[] }>
  readonly unmatched: readonly string[]
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/**
 * Finds the states, by contractor type, for which every document of the index is loaded in the version of
 * the index or a later one. A contractor that only the export has makes its states incomplete. A
 * contractor that only the index has makes its whole type incomplete, since its states are not known.
 */
function compareWithIndex(
  index: DocumentIndex,
  versionsHeld: ReadonlyMap<string, number>,
  contractors: Contractors,
  edition: Edition,
): IndexComparison {
  const isHeld = ({ displayId, version }: DocumentIndex['documents'][number]): boolean =>
    (versionsHeld.get(displayId) ?? -1) >= version
  const serving = [...contractors.serving(edition.coversThrough)].filter(({ states }) => states.length > 0)
  const incomplete = new Set<string>()
  const named = new Map<string, { readonly name: string; readonly type: ContractorType }>()
  for (const document of index.documents) {
    if (document.retiredOn !== undefined && document.retiredOn < edition.from) continue
    for (const { name, types } of document.contractors) {
      for (const type of types) {
        named.set(`${plain(name)} ${type}`, { name, type })
        if (!isHeld(document)) incomplete.add(`${plain(name)} ${type}`)
      }
    }
  }
  const known = new Set(serving.map(({ name, type }) => `${plain(name)} ${type}`))
  const unmatched = [...named].filter(([key]) => !known.has(key)).map(([, one]) => one)
  const types = new Set([...named.values()].map(({ type }) => type))
  const complete = [...types].sort().flatMap((type) => {
    if (unmatched.some((one) => one.type === type) || contractors.uncertainTypes.has(type)) return []
    const its = serving.filter((one) => one.type === type)
    const open = new Set(
      its
        .filter(
          ({ name }) => incomplete.has(`${plain(name)} ${type}`) || !named.has(`${plain(name)} ${type}`),
        )
        .flatMap(({ states }) => states),
    )
    const states = [...new Set(its.flatMap((one) => one.states))].filter((state) => !open.has(state)).sort()
    return states.length === 0 ? [] : [{ type, states }]
  })
  return {
    held: index.documents.filter(isHeld).length,
    complete,
    unmatched: [...new Set(unmatched.map(({ name }) => name))].sort(),
  }
}

const declarationTitle = 'Medicare Coverage Database export, compared with the document index'
const ownTitle = 'Medicare local coverage determinations and articles (imported)'

/** The declarations of completeness of an import, and the reason for them in words for the report. */
export interface Declared {
  readonly declarations: readonly Completeness[]
  readonly note: string
}

/**
 * Compares an export with the document index. There are no declarations without an index, or where rows
 * of the export or of the index were lost.
 */
export function declare(
  index: DocumentIndex | undefined,
  exported: Exported,
  versionsHeld: ReadonlyMap<string, number>,
): Declared {
  if (index === undefined)
    return {
      declarations: [],
      note: 'An export does not say that it is all there is. Nothing is declared complete by it; give the document index beside it.',
    }
  const comparison = compareWithIndex(index, versionsHeld, exported.contractors, exported.edition)
  const { lost } = exported
  const declarations =
    lost.codes || lost.texts || !index.whole ? [] : declarationsOf(comparison, index, exported)
  const where = comparison.complete.map(({ type, states }) => `${type}: ${states.join(' ')}`).join('; ')
  return {
    declarations,
    note:
      `The index of ${index.updatedOn} names ${number(index.documents.length)} documents; ${number(comparison.held)} of them are in the export, in that version or a later one. ` +
      (declarations.length === 0 ? 'Nothing is declared complete by it.' : `Complete by it: ${where}.`) +
      (comparison.unmatched.length === 0
        ? ''
        : ` Contractors that it names and the export does not: ${comparison.unmatched.join(', ')}.`),
  }
}

/** The declarations that follow. Only an export with all versions covers dates before its own week. */
function declarationsOf(
  { complete }: IndexComparison,
  index: DocumentIndex,
  { edition, allVersions, drugLists }: Exported,
): Completeness[] {
  return complete.map(({ type, states }) => ({
    kinds: drugLists ? ['diagnosis', 'coverage-exclusion'] : ['diagnosis'],
    procedures: [...everyProcedure],
    jurisdiction: { states: [...states], contractorTypes: [type] },
    from: allVersions ? '2015-10-01' : edition.from,
    statement:
      'The index of all local determinations and articles names the documents of each contractor; all those of the contractors of these states are held, in the version of the index or a later one.',
    source: {
      publisher: 'CMS',
      documentNumber: 'MCD',
      documentVersion: `document index of ${index.updatedOn}`,
      title: declarationTitle,
      url: 'https://www.cms.gov/medicare-coverage-database/search.aspx',
      retrievedOn: edition.retrievedOn,
      grade: 'primary',
      coversThrough: edition.coversThrough,
      usableThrough: usableThrough(edition.coversThrough),
    },
  }))
}

/**
 * The policy set that this import writes, with the declarations of others and with its own. `declarations`
 * replace its own; undefined leaves them. Undefined where another pack owns the set and there is nothing
 * to add.
 */
export function policySetWith(
  held: PolicySet | undefined,
  declarations: readonly Completeness[] | undefined,
): PolicySet | undefined {
  const others = held?.completeness?.filter(({ source }) => source.title !== declarationTitle) ?? []
  const own =
    declarations ?? held?.completeness?.filter(({ source }) => source.title === declarationTitle) ?? []
  if (held !== undefined && held.title !== ownTitle && own.length === 0) return undefined
  const completeness = [...others, ...own]
  return {
    policySetId,
    title: ownTitle,
    publisher: held?.publisher ?? 'Medicare administrative contractors',
    speaksTo: held?.speaksTo ?? [
      'coverage-exclusion',
      'diagnosis',
      'documentation',
      'frequency',
      'claim-line',
    ],
    ...(completeness.length === 0 ? {} : { completeness }),
  }
}

import { readCsv } from '../../csv.js'
import { ImportRefused, type ImportContext, type SourceFile } from '../../importer.js'
import { contractorTypesNamed, type ContractorType } from '../tables/contractors.js'
import { publishedDate } from '../tables/dates.js'

/** A row of the index of all determinations and articles. */
export interface IndexedDocument {
  readonly displayId: string
  readonly version: number
  readonly contractors: ReadonlyArray<{ readonly name: string; readonly types: readonly ContractorType[] }>
  /** Last day of a retired document; undefined where it is not retired. */
  readonly retiredOn: string | undefined
}

export interface DocumentIndex {
  readonly documents: readonly IndexedDocument[]
  readonly updatedOn: string
  /** No row was refused. A refused row might name a document that the export does not have. */
  readonly whole: boolean
}

const columns = {
  contractors: ['contractor_name_type'],
  displayId: ['document_display_id'],
  version: ['document_version'],
  retiredOn: ['retirement_date'],
  updatedOn: ['updated_on'],
} as const

/** Whether a file is the document index, by its name. */
export const isDocumentIndex = (name: string): boolean =>
  /(?:^|\/)(?:mcd_documents|[^/]*document_?index)[^/]*\.csv$/i.test(name)

/**
 * Reads the document index. A row that cannot be read is refused; `whole` is then false, and the index
 * supports no declaration of completeness. Throws `ImportRefused` where no row names a document.
 */
export async function readDocumentIndex(
  file: SourceFile,
  { refuse, count }: Pick<ImportContext, 'refuse' | 'count'>,
): Promise<DocumentIndex> {
  const documents: IndexedDocument[] = []
  let [rows, updatedOn, whole] = [0, '', true]
  const refuseRow: ImportContext['refuse'] = (row) => {
    whole = false
    refuse(row)
  }
  for await (const { line, values } of readCsv(file, columns, { headingsWithin: 1, refuse: refuseRow })) {
    rows++
    const [retiredOn, updated] = [publishedDate(values.retiredOn), publishedDate(values.updatedOn)]
    const contractors = contractorsIn(values.contractors)
    const problem = problemIn(values, contractors)
    if (problem !== undefined) refuseRow({ file: file.name, line, ...problem })
    else {
      if (typeof updated === 'string' && updated > updatedOn) updatedOn = updated
      documents.push({
        displayId: values.displayId,
        version: Number(values.version),
        contractors,
        retiredOn: retiredOn ?? undefined,
      })
    }
  }
  count(rows)
  if (documents.length === 0)
    throw new ImportRefused(
      `${file.name} names no document. Give the index of all LCDs and articles with the columns ${Object.values(columns).flat().join(', ')}.`,
    )
  return { documents, updatedOn, whole }
}

/** The first reason to refuse a row of the index; undefined for a valid row. */
function problemIn(
  {
    displayId,
    version,
    contractors: cell,
    retiredOn,
    updatedOn,
  }: Readonly<Record<keyof typeof columns, string>>,
  contractors: readonly NamedContractor[],
): { readonly column: string; readonly reason: string } | undefined {
  if (!/^[AL]\d{1,9}$/.test(displayId))
    return {
      column: 'document_display_id',
      reason: `${JSON.stringify(displayId)} is not the number of an article or determination`,
    }
  if (!/^\d{1,6}$/.test(version))
    return { column: 'document_version', reason: `${JSON.stringify(version)} is not a number` }
  if (contractors.length === 0)
    return {
      column: 'contractor_name_type',
      reason: `${JSON.stringify(cell.slice(0, 60))} does not name a contractor with its types in brackets`,
    }
  const [unknownType] = contractors.flatMap(({ unknown }) => unknown)
  if (unknownType !== undefined)
    return {
      column: 'contractor_name_type',
      reason: `the type ${JSON.stringify(unknownType.slice(0, 60))} of a contractor is not known here`,
    }
  if (publishedDate(retiredOn) === null)
    return { column: 'retirement_date', reason: `${JSON.stringify(retiredOn)} is not a date` }
  return typeof publishedDate(updatedOn) === 'string'
    ? undefined
    : { column: 'updated_on', reason: `${JSON.stringify(updatedOn)} is not a date` }
}

interface NamedContractor {
  readonly name: string
  readonly types: readonly ContractorType[]
  readonly unknown: readonly string[]
}

/** The contractors of a cell, which has one below the other: "Name\n(MAC - Part A, MAC - Part B)". */
function contractorsIn(cell: string): NamedContractor[] {
  return [...cell.matchAll(/([^\n()][^\n]*)\n\(([^()\n]*)\)/g)].map(([, name = '', list = '']) => {
    const types = list.split(',').map((type) => ({ type: type.trim(), known: contractorTypesNamed(type) }))
    return {
      name: name.trim(),
      types: [...new Set(types.flatMap(({ known }) => known ?? []))],
      unknown: types.filter(({ known }) => known === undefined).map(({ type }) => type),
    }
  })
}

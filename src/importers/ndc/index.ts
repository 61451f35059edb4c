import { emptyContent } from '../../decision/shapes/policy.js'
import type { NdcEdition } from '../../decision/shapes/tables.js'
import {
  ImportRefused,
  type ImportContext,
  type ImportedPack,
  type Importer,
  type SourceFile,
} from '../importer.js'
import { editionFrom, mergeEditions } from './editions.js'
import { editionOfFile } from './file-name.js'
import { readCrosswalk } from './table.js'

/**
 * Imports the quarterly crosswalk from NDC to procedure code that CMS publishes with its average sales
 * prices (ASP). Loaded quarters stay. The same quarter given again is a correction and replaces the
 * loaded one.
 */
export const ndc: Importer = {
  source: 'ndc',
  wholeExportOf: 'rows',
  needs: ['policySets', 'ndcEditions'],
  summary:
    'CMS ASP NDC-HCPCS crosswalk: the quarterly zip, or the CSV in it (section 508 version of October 2026 ASP NDC-HCPCS Crosswalk.csv), from cms.gov',
  settings: {
    edition: 'quarter of the crosswalk, e.g. 2026-Q4, where the name of the file does not tell it',
  },
  read: readNdc,
}

// Other files of the same zip: drugs without a code of their own, hospital drugs, and other prices.
const isCompanion = (base: string): boolean =>
  /(?<![a-z])(noc|opps|awp)(?![a-z])|not otherwise classified|pricing/i.test(base)

async function readNdc(
  files: readonly SourceFile[],
  context: ImportContext,
): Promise<readonly ImportedPack[]> {
  const tables = files.filter(
    ({ name }) => /\.csv$/i.test(name) && !isCompanion(name.split('/').at(-1) ?? ''),
  )
  if (tables.length === 0) {
    throw new ImportRefused(
      `No ASP NDC-HCPCS crosswalk as CSV among ${files.map(({ name }) => name).join(', ') || 'no files'}. Give its zip from cms.gov, or the CSV in it; crosswalks of NOC and OPPS drugs are not read.`,
    )
  }
  const imported: NdcEdition[] = []
  for (const file of tables) {
    const edition = editionOfFile(file.name, context.settings)
    if (imported.some((one) => one.edition === edition))
      throw new ImportRefused(
        `${file.name}: a second file for ${edition}. Give one of them, so that it is plain which one holds.`,
      )
    imported.push(editionFrom(edition, await readCrosswalk(file, context), context.retrievedOn))
  }
  return [{ packId: 'ndc', content: { ...emptyContent, ...mergeEditions(context.held, imported) } }]
}

import { emptyContent } from '../../decision/shapes/policy.js'
import type { UnitLimitEdition } from '../../decision/shapes/tables.js'
import {
  ImportRefused,
  type ImportContext,
  type ImportedPack,
  type Importer,
  type SourceFile,
} from '../importer.js'
import { editionFrom, mergeEditions } from './editions.js'
import { identifyTable } from './file-name.js'
import { readMueTable } from './table.js'

/**
 * Imports the quarterly unit limits of Medicare (CMS NCCI medically unlikely edits): one CSV for each of
 * three settings. Loaded quarters stay. The same quarter and setting given again is a correction and
 * replaces the loaded one.
 */
export const mue: Importer = {
  source: 'mue',
  wholeExportOf: 'rows',
  needs: ['policySets', 'unitLimits'],
  summary:
    'CMS NCCI MUE tables (unit limits): medicare-ncci-<yyyy>-q<n>-<setting>-mue-table.zip or the CSV in it, from cms.gov, any number of quarters and settings',
  settings: {
    edition: 'quarter of the table, e.g. 2026-Q4, where the name of the file does not tell the date',
    setting: 'practitioner, outpatient-hospital or dme-supplier, where neither name nor header tell it',
  },
  read: readMue,
}

async function readMue(
  files: readonly SourceFile[],
  context: ImportContext,
): Promise<readonly ImportedPack[]> {
  // The zip has the same table as a workbook and as text, which are not needed beside the CSV.
  const tables = files.filter(({ name }) => /\.csv$/i.test(name))
  if (tables.length === 0) {
    throw new ImportRefused(
      `No CSV among ${files.map(({ name }) => name).join(', ') || 'no files'}. Give the zip of an MUE table from cms.gov, or the CSV in it.`,
    )
  }
  const imported: UnitLimitEdition[] = []
  for (const file of tables) {
    const { header, rows } = await readMueTable(file, context)
    const identity = identifyTable(file.name, header, context.settings)
    if (
      imported.some(({ setting, edition }) => setting === identity.setting && edition === identity.edition)
    ) {
      throw new ImportRefused(
        `${file.name}: a second file for ${identity.setting} ${identity.edition}. Give one of them, so that it is plain which one holds.`,
      )
    }
    imported.push(editionFrom(identity, [...rows], context.retrievedOn))
  }
  return [{ packId: 'mue', content: { ...emptyContent, ...mergeEditions(context.held, imported) } }]
}

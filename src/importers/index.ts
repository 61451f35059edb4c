import { hcpcs } from './hcpcs/index.js'
import { icd10cm } from './icd10cm/index.js'
import type { Importer } from './importer.js'
import { mcd } from './mcd/index.js'
import { mue } from './mue/index.js'
import { ndc } from './ndc/index.js'
import { pack } from './pack/index.js'
import { paList } from './pa-list/index.js'
import { ptp } from './ptp/index.js'

/**
 * All sources that can be imported, by their names on the command line. To add one, add a folder here and
 * its importer to this list.
 */
export const importers: ReadonlyMap<string, Importer> = new Map(
  [icd10cm, hcpcs, mue, mcd, ptp, ndc, paList, pack].map((importer) => [importer.source, importer]),
)

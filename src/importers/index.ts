import type { Importer } from './importer.js'
import { pack } from './pack/index.js'

/** Every source that can be imported, by its name on the command line. A new one is a folder here and a line in this list. */
export const importers: ReadonlyMap<string, Importer> = new Map([pack].map(importer => [importer.source, importer]))

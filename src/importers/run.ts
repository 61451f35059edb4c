import { deepPlaces } from '../decision/conditions/nesting.js'
import { emptyContent, PolicyContent, type PolicyContent as Content } from '../decision/shapes/policy.js'
import { publicTenant, replacementOf } from '../policies/loaded/open-policies.js'
import { danglingReferences, mergeContent } from '../policies/packs/pack.js'
import { shapeProblems } from '../policies/packs/shape.js'
import { editionsLayer } from '../store/tables/code-tables.js'
import type { Database } from '../store/database/database.js'
import { ownersIn } from '../store/publishing/owners.js'
import { loadPolicyContent, type LoadedContent } from '../store/tables/policy-content.js'
import { publishPacks, type Published } from '../store/publishing/publish.js'
import type { PublishedPack } from '../store/publishing/ownership.js'
import { StoreError } from '../store/database/store-error.js'
import type { FoundFile } from './files.js'
import {
  importedPackId,
  ImportRefused,
  type ImportContext,
  type ImportedPack,
  type Importer,
  type Owners,
  type RefusedRow,
  type SourceFile,
} from './importer.js'
import { lossesOf, tooManyEnd, type Losses } from './replacing.js'
import { reportOf, type ImportReport } from './report.js'
import { keepRetrieval } from './unchanged.js'

/** The progress of an import. `bytes` counts the unpacked bytes read so far, of `totalBytes`. */
export interface ImportProgress {
  readonly phase: 'reading' | 'publishing'
  readonly rows: number
  readonly bytes: number
  readonly totalBytes: number
}

export interface ImportRequest {
  readonly database: Database
  /** The tenant whose policy the import changes; public policy where absent. */
  readonly tenantId?: string
  readonly importer: Importer
  readonly files: readonly FoundFile[]
  readonly settings: Readonly<Record<string, string>>
  /** The day on which the files were retrieved (`YYYY-MM-DD`), for the sources that answers cite. */
  readonly retrievedOn: string
  /** Import the other rows although some were refused. */
  readonly skipBad?: boolean
  /** Import although the content in force is newer or larger, or although much of it would end. */
  readonly replace?: boolean
  readonly dryRun?: boolean
  readonly onProgress?: (progress: ImportProgress) => void
}

const ATTEMPTS = 5

/**
 * Runs one import. It parses the files and stores their content in one transaction and one revision, or
 * changes nothing. It waits for a concurrent import and builds on its result. Rejects with
 * `ImportRefused` or `StoreError`.
 */
export async function runImport(request: ImportRequest): Promise<ImportReport> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptImport(request)
    } catch (error) {
      // A concurrent import changed the content on which this one was based, so it starts again.
      if (!(error instanceof StoreError && error.code === 'revision-moved') || attempt === ATTEMPTS)
        throw error
    }
  }
}

async function attemptImport(request: ImportRequest): Promise<ImportReport> {
  const { database, importer, files, dryRun = false, tenantId = publicTenant } = request
  const started = performance.now()
  const held = await loadPolicyContent(database, {
    tenantId,
    families: importer.needs === undefined ? undefined : new Set(importer.needs),
  })
  const { packs, refused, notes, rows, problem } = await read(
    request,
    held,
    await ownersFor(importer, database, tenantId),
  )
  const about = {
    source: importer.source,
    files: files.map((file) => file.name),
    rows,
    refused,
    notes,
    dryRun,
    revision: held.revision,
    problem,
  }
  const seconds = (): number => Math.round(performance.now() - started) / 1000
  if (problem !== undefined || (refused.length > 0 && request.skipBad !== true))
    return reportOf({ ...about, seconds: seconds() })
  const losses = importer.wholeExportOf === 'rows' ? lossesOf(held.content, contentOf(packs)) : nothingLost
  const toConfirm = request.replace === true ? [] : losses.reasons
  if (toConfirm.length > 0) return reportOf({ ...about, losses, toConfirm, seconds: seconds() })
  try {
    const published = await publishImport(request, packs, held)
    return reportOf({ ...about, losses, published, seconds: seconds() })
  } catch (error) {
    if (!(error instanceof ManyEndings)) throw error
    return reportOf({ ...about, losses, toConfirm: error.reasons, seconds: seconds() })
  }
}

/** Too much policy would end. Thrown while publishing, so that the transaction rolls back. */
class ManyEndings extends Error {
  readonly reasons: readonly string[]
  constructor(reasons: readonly string[]) {
    super('more would end than is expected')
    this.reasons = reasons
  }
}

const nothingLost: Losses = { endings: [], reasons: [] }

const contentOf = (packs: readonly ImportedPack[]): Content =>
  mergeContent(packs.map(({ content }) => content))

interface Read {
  readonly packs: readonly ImportedPack[]
  readonly refused: RefusedRow[]
  readonly notes: string[]
  readonly rows: number
  /** Why the files were refused as a whole; only where `refused` gives details. */
  readonly problem?: string
}

async function ownersFor(
  { ownersIn: policySetId }: Importer,
  database: Database,
  tenantId: string,
): Promise<Owners | undefined> {
  return policySetId === undefined ? undefined : await ownersIn(database, { tenantId, policySetId })
}

async function read(request: ImportRequest, held: LoadedContent, owners: Owners | undefined): Promise<Read> {
  const { importer, files, settings, retrievedOn, onProgress } = request
  const refused: RefusedRow[] = []
  const notes: string[] = []
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0)
  const seen = new Map<string, number>()
  let rows = 0
  let bytes = 0
  const reportProgress = (): void => onProgress?.({ phase: 'reading', rows, bytes, totalBytes })
  const watched = files.map((file) =>
    watch(file, (position) => {
      // Importers read some files twice; these bytes count once.
      const before = seen.get(file.name) ?? 0
      if (position <= before) return
      seen.set(file.name, position)
      bytes += position - before
      reportProgress()
    }),
  )
  const context: ImportContext = {
    settings,
    held: held.content,
    ...(owners === undefined ? {} : { owners }),
    retrievedOn,
    refuse: (row) => {
      refused.push(row)
    },
    count: (more) => {
      rows += more
      reportProgress()
    },
    note: (text) => {
      notes.push(text)
    },
  }
  let packs: readonly ImportedPack[]
  try {
    packs = await importer.read(watched, context)
  } catch (error) {
    // The refused rows help to correct the file. Without any, the error alone says what is wrong.
    if (!(error instanceof ImportRefused) || refused.length === 0) throw error
    return { packs: [], refused, notes, rows, problem: error.message }
  }
  onProgress?.({ phase: 'publishing', rows, bytes, totalBytes })
  return {
    packs: packs.map((pack) => ({ ...pack, content: keepRetrieval(withLayer(pack), held.content) })),
    refused,
    notes,
    rows,
  }
}

/** The content with its code tables in the layer to which the import will write them. */
function withLayer({ packId, content, replacesStarter = false }: ImportedPack): Content {
  const layer = replacesStarter ? packId : editionsLayer
  return { ...content, codeTables: content.codeTables.map((table) => ({ ...table, layer })) }
}

function watch(file: SourceFile, at: (position: number) => void): SourceFile {
  return {
    name: file.name,
    bytes: async () => {
      const bytes = await file.bytes()
      at(bytes.length)
      return bytes
    },
    chunks: async function* () {
      let position = 0
      for await (const chunk of file.chunks()) {
        position += chunk.length
        at(position)
        yield chunk
      }
    },
  }
}

async function publishImport(
  { database, importer, files, dryRun = false, replace = false, tenantId = publicTenant }: ImportRequest,
  packs: readonly ImportedPack[],
  held: LoadedContent,
): Promise<Published> {
  for (const { content } of packs) refuseMisshapen(importer, content)
  return await publishPacks(database, {
    tenantId,
    description: `import ${importer.source}: ${namesOf(files)}`,
    packs: packs.flatMap(asPublished),
    expectedRevision: held.revision,
    dryRun,
    judge: refuseDangling,
    judgeEndings: (endings) => {
      if (replace || importer.wholeExportOf === undefined) return
      const { ended, before } = endings.policies
      const reasons = tooManyEnd('policies', ended, before)
      if (reasons.length > 0) throw new ManyEndings(reasons)
    },
  })
}

function asPublished({ packId, content, replacesStarter = false }: ImportedPack): PublishedPack[] {
  if (!replacesStarter) return [{ packId: importedPackId(packId), content, whenOwned: 'take' }]
  return [
    { packId, content: emptyContent },
    { packId: replacementOf(packId), content, whenOwned: 'take' },
  ]
}

function refuseMisshapen(importer: Importer, content: Content): void {
  const [deep] = deepPlaces(content)
  if (deep !== undefined)
    throw new ImportRefused(
      `What the files say cannot be stored, so nothing was changed: ${deep.policyId === undefined ? '' : `policy ${deep.policyId}, `}${deep.reason}.`,
    )
  const [problem] = shapeProblems(PolicyContent, content)
  if (problem !== undefined)
    throw new Error(
      `The importer ${importer.source} made content that cannot be stored: ${problem.reason} at ${problem.path}. Nothing was changed; this is a fault of the program.`,
    )
}

function refuseDangling(content: Content): void {
  const problems = danglingReferences(content)
  if (problems.length > 0)
    throw new ImportRefused(
      `After this import something would be missing, so nothing was changed: ${problems.slice(0, 10).join('; ')}.`,
    )
}

const namesOf = (files: readonly SourceFile[]): string => {
  const names = files.slice(0, 3).map((file) => file.name)
  return names.join(', ') + (files.length > names.length ? ` and ${files.length - names.length} more` : '')
}

import { validatePacks, type PackFile, type PackProblem, type ValidPack } from '../../policies/packs/pack.js'
import { parseJson } from '../../policies/packs/read-packs.js'
import {
  ImportRefused,
  type ImportContext,
  type ImportedPack,
  type Importer,
  type SourceFile,
} from '../importer.js'
import { readText } from '../text.js'

/**
 * Imports policy packs that people write by hand: a folder or zip of packs, one folder, or one file. Each
 * pack replaces the starter pack of the same id.
 */
export const pack: Importer = {
  source: 'pack',
  summary:
    'Policy packs (docs/policy/policy-packs.md): a folder or zip with <pack>/pack.json in it, one pack folder, or one JSON file',
  settings: {},
  forTenants: true,
  read: readPackFiles,
}

async function readPackFiles(
  files: readonly SourceFile[],
  context: ImportContext,
): Promise<readonly ImportedPack[]> {
  const read: PackFile[] = []
  for (const file of packFilesAmong(files)) {
    const parsed = parseJson(await textOf(file), file.name)
    if ('problem' in parsed) refuse(parsed.problem, context)
    else read.push({ file: file.name, pack: parsed.value })
  }
  const packs = withoutFaults(read, context)
  // The report counts objects, not lines, because the number of lines depends on the format.
  context.count(
    packs.reduce(
      (sum, { content }) => sum + Object.values(content).reduce((all, list) => all + list.length, 0),
      0,
    ),
  )
  return packs.map(({ pack: { packId }, content }) => ({ packId, content, replacesStarter: true }))
}

function packFilesAmong(files: readonly SourceFile[]): readonly SourceFile[] {
  const named = files.filter(({ name }) => /(^|\/)pack\.json$/.test(name))
  if (named.length > 0) return named
  const [only] = files
  if (only !== undefined && files.length === 1 && /\.json$/i.test(only.name)) return [only]
  throw new ImportRefused(
    `No pack.json among ${files
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ')}. Give a folder that holds <pack>/pack.json, or one JSON file.`,
  )
}

/** Leaves out packs with faults, and again packs that need these, until no pack has a fault. */
function withoutFaults(read: readonly PackFile[], context: ImportContext): readonly ValidPack[] {
  // The check for one code table per system applies to packs that are imported together. They take over the
  // tables in force, so these do not count.
  const held = { ...context.held, codeTables: [] }
  let rest = read
  for (;;) {
    const { packs, problems } = validatePacks(rest, held)
    if (problems.length === 0) return packs
    for (const problem of problems) refuse(problem, context)
    const faulty = new Set(problems.map(({ file }) => file))
    rest = rest.filter(({ file }) => !faulty.has(file))
  }
}

function refuse({ file, path, line, reason }: PackProblem, context: ImportContext): void {
  context.refuse({ file, line: line ?? 1, ...(path === '' ? {} : { column: path }), reason })
}

async function textOf(file: SourceFile): Promise<string> {
  let text = ''
  for await (const piece of readText(file)) text += piece
  return text
}

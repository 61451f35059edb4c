import type { PolicyContent } from '../../decision/shapes/policy.js'
import { Pack, packContent, type PackFile, type PackValidation } from './format.js'
import { referenceProblems } from './references.js'
import { shapeProblems } from './shape.js'

export {
  Pack,
  PackCodeRow,
  PackCodeTable,
  mergeContent,
  packContent,
  type PackFile,
  type PackProblem,
  type PackValidation,
  type ValidPack,
} from './format.js'

/**
 * Checks packs together: shapes first, then references, dates and grades over all of them and over
 * content held already. Only when there are no problems are the packs returned, each with the
 * policy content it contributes.
 */
export function validatePacks(files: readonly PackFile[], inForce?: PolicyContent): PackValidation {
  const problems = files.flatMap(({ file, pack }) =>
    shapeProblems(Pack, pack).map((problem) => ({ file, ...problem })),
  )
  if (problems.length > 0) return { packs: [], problems }
  const packs = files.map(({ file, pack }) => ({
    file,
    pack: pack as Pack,
    content: packContent(pack as Pack),
  }))
  const found = referenceProblems(packs, inForce)
  return { packs: found.length > 0 ? [] : packs, problems: found }
}

/**
 * References of a whole content to payers, policy sets or code sets that it does not hold, each
 * told once.
 */
export function danglingReferences(content: PolicyContent): string[] {
  const whole = { file: '', pack: { packId: 'whole', title: '', description: '' }, content }
  return [
    ...new Set(
      referenceProblems([whole])
        .map(({ reason }) => reason)
        .filter((reason) => reason.startsWith('unknown ')),
    ),
  ]
}

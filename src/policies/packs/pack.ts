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
 * Validates packs together: first the shape of each, then references, dates and grades over all packs
 * and over `inForce`. If there is no problem, returns each pack with the policy content that it
 * contributes.
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
 * References of a whole content to payers, policy sets or code sets that it does not contain. Each is
 * reported once.
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

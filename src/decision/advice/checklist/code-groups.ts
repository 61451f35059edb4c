import { displayDiagnosis } from '../../shapes/codes.js'

/** Codes as they are printed, and how many of them were left out. */
export interface CodeGroups {
  readonly groups: string[]
  readonly omitted: number
}

const mostGroups = 48

/**
 * Diagnosis codes (undotted, in any order) drawn together so that a long list fits a page: by category, and runs of consecutive last
 * digits as a dash (`D51.0–D51.3, .8`). Nothing is lost by that; families beyond the most that are printed are counted as omitted.
 */
export function groupCodes(
  codes: readonly string[],
  marked: ReadonlySet<string> = new Set(),
  most = mostGroups,
): CodeGroups {
  const families = new Map<string, string[]>()
  for (const code of [...new Set(codes)].sort())
    families.set(code.slice(0, 3), [...(families.get(code.slice(0, 3)) ?? []), code])
  const all = [...families.values()]
  return {
    groups: all.slice(0, most).map((family) => familyInWords(family, marked)),
    omitted: all.slice(most).flat().length,
  }
}

function familyInWords(family: readonly string[], marked: ReadonlySet<string>): string {
  const runs: string[][] = []
  for (const code of family) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (
      run !== undefined &&
      before !== undefined &&
      follows(before, code) &&
      marked.has(before) === marked.has(code)
    )
      run.push(code)
    else runs.push([code])
  }
  const star = (code: string): string => (marked.has(code) ? '*' : '')
  const words = runs.flatMap((run) => {
    const [first = '', ...rest] = run
    const last = rest.at(-1)
    // A dash for two codes would save nothing.
    return last === undefined || rest.length < 2
      ? run.map((code) => `${displayDiagnosis(code)}${star(code)}`)
      : [`${displayDiagnosis(first)}–${displayDiagnosis(last)}${star(first)}`]
  })
  // The category is said once, so that a family reads at a glance.
  return words.map((word, at) => (at === 0 ? word : word.replaceAll(/(^|–)[A-Z0-9]{3}\./g, '$1.'))).join(', ')
}

/** Whether a code is the next one: the same but for a last digit that is one more. */
function follows(before: string, code: string): boolean {
  const [digitBefore, digit] = [before.at(-1) ?? '', code.at(-1) ?? '']
  return (
    before.length === code.length &&
    before.slice(0, -1) === code.slice(0, -1) &&
    /^[0-9]$/.test(digitBefore) &&
    /^[0-9]$/.test(digit) &&
    Number(digit) === Number(digitBefore) + 1 &&
    code.length > 3
  )
}

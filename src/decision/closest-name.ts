/** The known name that a misspelt name most likely means; undefined when none is similar. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name)
  let best: string | undefined
  let least = Math.max(2, Math.ceil(wanted.length / 3)) + 1
  for (const candidate of known) {
    const edits = editDistance(wanted, plain(candidate))
    if (edits < least) {
      best = candidate
      least = edits
    }
  }
  return best
}

// The commonest mistakes are `diagnosis_codes` and `DiagnosisCodes` for `diagnosisCodes`.
const plain = (name: string): string =>
  name
    .slice(0, 80)
    .replace(/[^A-Za-z0-9]/g, '')
    .toLowerCase()

/** Levenshtein distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

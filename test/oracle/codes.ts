// Spelling and ranges of codes, and the states that the Medicare Coverage Database divides.

/** Upper case, no dots, no blanks. */
export function plain(code: string): string {
  return code.replaceAll('.', '').replaceAll(' ', '').toUpperCase()
}

/** The letters of a code in their places: `.....` for five digits, `....T`, `J....`. Level II codes differ in their letter. */
function shapeOf(code: string): string {
  const shape = [...code].map((character) => ('0123456789'.includes(character) ? '.' : character)).join('')
  return shape.endsWith('....') && shape.length === 5 && shape !== '.....' ? 'level II' : shape
}

/** Whether a plain procedure code is one of the codes, or in a range `A0000-A9999` whose ends have its shape. */
export function isAmong(code: string, entries: readonly string[]): boolean {
  for (const entry of entries) {
    const [first, last] = entry.split('-')
    if (first === undefined || last === undefined) {
      if (entry === code) return true
      continue
    }
    const shapes = new Set([first, last, code].map(shapeOf))
    if (shapes.size === 1 && first <= code && code <= last) return true
  }
  return false
}

const dividedStates: Record<string, string[]> = { NY: ['DN', 'QN', 'UN'], MO: ['EM', 'WM'], CA: ['NF', 'SF'] }

/** The parts of a divided state; none for any other. */
export function statesPartsOf(state: string): string[] {
  return dividedStates[state] ?? []
}

/** The divided state that a part belongs to. */
export function stateOfPart(part: string): string | undefined {
  return Object.keys(dividedStates).find((state) => dividedStates[state]?.includes(part))
}

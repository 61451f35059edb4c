// Spelling and ranges of codes, and the states that the Medicare Coverage Database divides.

/** Upper case, no dots, no blanks. */
export function plain(code: string): string {
  return code.replaceAll('.', '').replaceAll(' ', '').toUpperCase()
}

/** Whether a plain procedure code is one of the codes or inclusive ranges `A0000-A9999`. */
export function isAmong(code: string, entries: readonly string[]): boolean {
  for (const entry of entries) {
    const [first, last] = entry.split('-')
    if (first !== undefined && last !== undefined ? first <= code && code <= last : entry === code)
      return true
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

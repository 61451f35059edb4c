import type { ReadRow } from './rule.js'

/**
 * Removes repetitions from the rows of one program. A repeated row counts once. A row for some states ends
 * where a later row says the same for all states: CMS phases in its DMEPOS list by states (42 CFR 414.234),
 * and otherwise both rows would apply with the same answer.
 */
export function withoutSuperseded(rows: readonly ReadRow[]): ReadRow[] {
  const groups = new Map<string, ReadRow[]>()
  for (const one of rows) {
    const key = sameButPlaceAndTime(one)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  const kept = new Map<ReadRow, ReadRow>()
  for (const group of groups.values()) for (const [original, one] of endedIn(group)) kept.set(original, one)
  return rows.flatMap((one) => kept.get(one) ?? [])
}

function endedIn(group: readonly ReadRow[]): Array<readonly [ReadRow, ReadRow]> {
  const everywhere = group.filter(({ terms }) => terms.states === undefined && terms.from !== undefined)
  const seen = new Set<string>()
  return group.flatMap((one) => {
    const { terms } = one
    const key = JSON.stringify([terms.states, terms.from, terms.to])
    if (seen.has(key)) return []
    seen.add(key)
    // A row ends another only if it lasts at least as long; a temporary row must not end a permanent one.
    const later =
      terms.states === undefined
        ? []
        : everywhere.filter(
            (other) =>
              (other.terms.from ?? '') > (terms.from ?? '') &&
              (other.terms.to === undefined || (terms.to !== undefined && other.terms.to >= terms.to)),
          )
    const from = later.map((other) => other.terms.from ?? '').sort()[0]
    if (from === undefined || (terms.to !== undefined && terms.to <= from)) return [[one, one] as const]
    return [[one, { ...one, terms: { ...terms, to: from } }] as const]
  })
}

function sameButPlaceAndTime({ row, terms }: ReadRow): string {
  const { states: _states, from: _from, to: _to, ...rest } = terms
  const { states: _s, effectiveFrom: _f, effectiveTo: _t, ...fields } = row.fields
  // Two rows with unread texts never count as equal, because the texts may differ in meaning.
  return JSON.stringify(row.unread.length > 0 ? row.line : [rest, Object.entries(fields).sort()])
}

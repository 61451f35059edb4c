import type { ReadRow } from './rule.js'

/**
 * Rows of one program in which none says twice what another says: a repeated row counts once, and a
 * row for some states ends where a later one says the same everywhere. (CMS phases its DMEPOS list
 * in by states, 42 CFR 414.234; without this both would hold, with the same answer.)
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
    // Only a row that goes on at least as long takes over; what holds for a time only does not end
    // another.
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
  // Rows that nobody has read are never the same.
  return JSON.stringify(row.unread.length > 0 ? row.line : [rest, Object.entries(fields).sort()])
}

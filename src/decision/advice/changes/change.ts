import type { CheckRequest } from '../../shapes/request.js'

/** Kinds of change, the least demanding first; of two ways as short as each other the less demanding one is named first. */
export const changeKinds = [
  'fewer-units',
  'documentation',
  'lab-result',
  'service-history',
  'treatment-phase',
  'claim-detail',
  'modifier',
  'companion-service',
  'setting',
  'later-date',
  'authorization',
] as const
export type ChangeKind = (typeof changeKinds)[number]

type LinePart =
  | 'dateOfService'
  | 'units'
  | 'placeOfService'
  | 'modifiers'
  | 'modifiers/-'
  | 'vialType'
  | 'ndc'
  | 'provider/networkStatus'
  | 'provider/taxonomyCode'
  | 'provider/goldCard'

/**
 * Where a change may be made: facts that are the caller's to choose or to supply. Diagnoses, which of them a line points to, the patient,
 * the procedure and the plan are not among them, so that no change of those can be written down.
 */
export type ChangeablePointer =
  | `/serviceLines/${number}/${LinePart}`
  | '/documentation/-'
  | '/labResults/-'
  | '/authorizations/-'
  | '/plannedServices/-'
  | '/serviceHistory'
  | '/serviceHistory/-'
  | '/serviceHistorySince'
  | '/treatment/phase'
  | '/claimIsComplete'
  | '/claimType'
  | '/coverage/state'

/** One change of a request: the value that shall stand at a place; a pointer that ends in `-` adds to the list. */
export interface Change {
  readonly kind: ChangeKind
  readonly pointer: ChangeablePointer
  readonly value: unknown
  /** The value shows what would do; what is sent must be what the record, the payer or the claim really says. */
  readonly example: boolean
  readonly text: string
}

/** Changes that are made together. */
export type Way = readonly Change[]

/** The request with the changes made in it; the request itself stays as it is. */
export function changed(request: CheckRequest, way: Way): CheckRequest {
  return way.reduce<CheckRequest>(
    (before, { pointer, value }) => withValueAt(before, pointer.slice(1).split('/'), value) as CheckRequest,
    request,
  )
}

function withValueAt(within: unknown, [head, ...rest]: readonly string[], value: unknown): unknown {
  if (head === undefined) return value
  if (head === '-') return [...(Array.isArray(within) ? (within as unknown[]) : []), value]
  if (Array.isArray(within))
    return (within as unknown[]).map((item, at) =>
      String(at) === head ? withValueAt(item, rest, value) : item,
    )
  const fields = (within ?? {}) as Readonly<Record<string, unknown>>
  return { ...fields, [head]: withValueAt(fields[head], rest, value) }
}

/**
 * Both ways as one. Where they set the same fact, the later of two dates and the fewer of two units serve both; anything else that is set
 * twice contradicts itself: undefined.
 */
export function together(one: Way, other: Way): Way | undefined {
  const all = [...one]
  for (const change of other) {
    const at = all.findIndex(
      ({ pointer, value }) =>
        pointer === change.pointer && (!pointer.endsWith('-') || same(value, change.value)),
    )
    const before = all[at]
    if (before === undefined) all.push(change)
    else if (!same(before.value, change.value)) {
      const stricter = stricterOf(before, change)
      if (stricter === undefined) return undefined
      all[at] = stricter
    }
  }
  return all
}

function stricterOf(a: Change, b: Change): Change | undefined {
  if (typeof a.value === 'number' && typeof b.value === 'number') return a.value < b.value ? a : b
  if (a.pointer.endsWith('/dateOfService')) return String(a.value) > String(b.value) ? a : b
  // A history that must be complete since two days must be complete since the earlier one.
  return a.pointer === '/serviceHistorySince' ? (String(a.value) < String(b.value) ? a : b) : undefined
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Whether two ways make the same changes, in whatever order. */
export function wayKey(way: Way): string {
  return way
    .map(({ pointer, value }) => `${pointer} ${JSON.stringify(value)}`)
    .sort()
    .join('\n')
}

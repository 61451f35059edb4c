import { inProcedures, type PlainDate } from '../shapes/codes.js'
import { collect } from '../collect.js'
import type { Amount } from '../shapes/amount.js'
import type { ServiceModifiers } from './service-modifiers.js'
import type { Truth } from '../shapes/truth.js'

interface Service {
  readonly code: string
  readonly date: PlainDate
}

/** An entry of the history that was not denied. Units that were not given count as at least one. */
export interface EarlierService extends Service {
  readonly units: Amount
  readonly modifiers: ServiceModifiers
  /** Whether the entry is a service: not discarded drug, and not a repetition of a line of the request. */
  readonly isService: Truth
}

/**
 * Removes the history entries that repeat lines of the request, because practice systems also list the visit
 * being checked. For each code and date, as many entries are removed as there are lines. Which ones is not
 * known: the rest have at least the smallest and at most the largest units, and only the number of services
 * among them is known.
 */
export function besidesLines(
  history: readonly EarlierService[],
  lines: readonly Service[],
): EarlierService[] {
  if (history.length === 0) return []
  const taken = new Map<string, number>()
  for (const line of lines) taken.set(key(line), (taken.get(key(line)) ?? 0) + 1)
  const shared = new Map<string, EarlierService[]>()
  for (const entry of history) {
    const same = shared.get(key(entry))
    if (same !== undefined) same.push(entry)
    else if (taken.has(key(entry))) shared.set(key(entry), [entry])
  }
  const rest = collect([...shared], ([at, entries]) =>
    leftOf(entries, Math.max(0, entries.length - (taken.get(at) ?? 0))),
  )
  return [...history.filter((entry) => !taken.has(key(entry))), ...rest].sort(byDateAndCode)
}

/** Returns `left` of the entries of a code and date, as amounts that are right whichever entries are left. */
function leftOf(entries: readonly EarlierService[], left: number): EarlierService[] {
  const least = entries
    .map(({ units }) => units.least)
    .sort((a, b) => a - b)
    .slice(0, left)
  const most = entries
    .map(({ units }) => units.most)
    .sort((a, b) => a - b)
    .slice(entries.length - left)
  const services = entries.filter(({ isService }) => isService === 'true')
  const surely = left - (entries.length - services.length)
  const modifiers = {
    isDiscarded: false,
    saysSeveral: services.some((entry) => entry.modifiers.saysSeveral),
    notGiven: services.some((entry) => entry.modifiers.notGiven),
  }
  return entries.slice(0, left).map((entry, n) => ({
    ...entry,
    units: { least: least[n] ?? 1, most: most[n] ?? Infinity },
    modifiers,
    isService: n < surely ? 'true' : n < services.length ? 'unknown' : 'false',
  }))
}

function key({ code, date }: Service): string {
  return `${date} ${code}`
}

/**
 * Returns a look-up of services by codes. Its result for a list of codes is stored, because every line of a
 * request asks for it.
 */
export function servicesByCodes(
  services: readonly EarlierService[],
): (codes: readonly string[]) => readonly EarlierService[] {
  const known = new Map<readonly string[], readonly EarlierService[]>()
  const codes = [...new Set(services.map(({ code }) => code))]
  return (entries) => {
    const memoize = known.get(entries)
    if (memoize !== undefined) return memoize
    const wanted = new Set(codes.filter((code) => inProcedures(code, entries)))
    const found = services.filter(({ code }) => wanted.has(code))
    known.set(entries, found)
    return found
  }
}

/** Compares services by date, then by code, so that the order in the request does not change the answer. */
export function byDateAndCode(a: Service, b: Service): number {
  return a.date < b.date ? -1 : a.date > b.date ? 1 : a.code < b.code ? -1 : a.code > b.code ? 1 : 0
}

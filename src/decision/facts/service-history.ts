import { inProcedures, type PlainDate } from '../shapes/codes.js'
import { collect } from '../collect.js'
import type { Amount } from '../shapes/amount.js'
import type { ServiceModifiers } from './service-modifiers.js'
import type { Truth } from '../shapes/truth.js'

interface Service {
  readonly code: string
  readonly date: PlainDate
}

/** An entry of the history that counts (not denied); units that were not given are at least one. */
export interface EarlierService extends Service {
  readonly units: Amount
  readonly modifiers: ServiceModifiers
  /** Whether it is one of the services of its day: not discarded drug, and not a line of the request over again. */
  readonly isService: Truth
}

/**
 * Practice systems list the visit that is being checked, too: of the entries of a code and date as many are taken for lines of the
 * request as there are such lines, and only the rest are services of their own. Which of them have which units is not known, so what
 * is left weighs at least the smallest and at most the largest, and which of them are services is known in number only.
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

/** So many of the entries of a code and date, not known which. */
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

/** Looks the services of some codes up; the answer for a list of codes is memoized, since every line of a request asks for it. */
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

/** The order in which a caller lists services must not show in the answer. */
export function byDateAndCode(a: Service, b: Service): number {
  return a.date < b.date ? -1 : a.date > b.date ? 1 : a.code < b.code ? -1 : a.code > b.code ? 1 : 0
}

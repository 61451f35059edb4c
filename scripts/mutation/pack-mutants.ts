import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { packNames } from '../../src/policies/packs/read-packs.js'

type Path = ReadonlyArray<string | number>
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** One small change to a pack, made on its JSON. */
export interface PackMutant {
  readonly id: string
  readonly pack: string
  readonly what: string
  readonly apply: (pack: unknown) => void
}

/** All mutants of the starter packs. Titles, statements, links and other words for people are left alone. */
export async function packMutants(root: URL): Promise<PackMutant[]> {
  const folder = new URL('policies/', root)
  const found: PackMutant[] = []
  for (const pack of await packNames(fileURLToPath(folder))) {
    const content = JSON.parse(await readFile(new URL(`${pack}/pack.json`, folder), 'utf8')) as Json
    for (const [path, what, value] of changesOf(content, [])) {
      const named = path.join('.')
      found.push({
        id: `${pack}:${named}#${found.length}`,
        pack,
        what,
        apply: (target) => {
          put(target, path, value)
        },
      })
    }
  }
  return found
}

type Change = readonly [path: Path, what: string, value: Json | undefined]

const words = new Set([
  '$schema',
  'packId',
  'title',
  'description',
  'statement',
  'interpretation',
  'section',
  'note',
  'publisher',
  'documentNumber',
  'documentVersion',
  'url',
  'publishedOn',
  'retrievedOn',
  'name',
  'phone',
  'cardNames',
  'x12PayerIds',
  'lineOfBusiness',
  'benefit',
  'rationale',
  'ruleId',
  'policyId',
  'policySetId',
  'planId',
  'payerId',
  'versionId',
  'codeSetId',
  'edition',
  'codeSet',
  'remedy',
  'urgentException',
  'row',
])

/** Properties without which a pack still means something else. */
const optional = new Set([
  'when',
  'exemptWhen',
  'to',
  'jurisdiction',
  'conditionalCodes',
  'condition',
  'supports',
  'excluded',
  'consequence',
  'contact',
  'onExceed',
  'curableBy',
  'countsTogether',
  'usableThrough',
  'coversThrough',
  'dosePerUnit',
  'position',
  'maximumAgeDays',
  'claimTypes',
  'completeness',
  'retroactiveDays',
  'states',
  'contractorTypes',
  'contractorNumbers',
])

const others: Readonly<Record<string, readonly string[]>> = {
  requirement: ['required', 'not-required', 'conditional'],
  others: ['deny', 'unknown'],
  grade: ['primary', 'secondary', 'fictional'],
  role: ['binding', 'governing', 'fallback'],
  purpose: ['decides-necessity', 'with-pa', 'with-claim', 'retain'],
  effect: ['reject', 'advise'],
  counting: ['services', 'units'],
  phase: ['loading', 'maintenance'],
  period: ['month', 'quarter', 'year', 'plan-year'],
  is: ['below', 'at-most', 'above', 'at-least'],
  which: ['latest', 'any'],
  consequence: ['denial', 'prepayment-review', 'penalty', 'unknown'],
  type: ['minimum-interval', 'full-months-after'],
  setting: ['practitioner', 'outpatient-hospital', 'dme-supplier'],
  basis: ['statutory', 'benefit-category', 'reasonable-and-necessary', 'not-stated'],
  position: ['primary', 'secondary'],
}

/** A row of a code table stands as [code, from, to, billable, title, dose]; its title decides nothing. */
function rowChanges([code, from, to, billable, , dose]: readonly Json[], path: Path): Change[] {
  const dates = [
    [1, from],
    [2, to],
  ] as const
  return [
    ...dates.flatMap(([at, date]) =>
      typeof date === 'string'
        ? scalarChanges(date, [...path, at]).map(([where, what, value]): Change => [
            where,
            `${String(code)}: ${what}`,
            value,
          ])
        : [],
    ),
    [[...path, 3], `${String(code)}: billable became ${billable === 1 ? 0 : 1}`, billable === 1 ? 0 : 1],
    ...(typeof dose === 'object' && dose !== null ? changesOf(dose, [...path, 5]) : []),
  ]
}

function changesOf(node: Json, path: Path): Change[] {
  if (Array.isArray(node) && path.at(-2) === 'rows' && path[0] === 'codeTables')
    return rowChanges(node as readonly Json[], path)
  if (Array.isArray(node))
    return [
      ...listChanges(node as readonly Json[], path),
      ...(node as readonly Json[]).flatMap((part, at) =>
        typeof part === 'object' ? changesOf(part, [...path, at]) : [],
      ),
    ]
  if (typeof node !== 'object' || node === null) return scalarChanges(node, path)
  return Object.entries(node)
    .filter(([key]) => !words.has(key))
    .flatMap(([key, value]) => [
      ...(optional.has(key) ? [[[...path, key], `${key} removed`, undefined] as const] : []),
      ...renamed(node as Readonly<Record<string, Json>>, key, path),
      ...changesOf(value, [...path, key]),
    ])
}

const swaps: Readonly<Record<string, string>> = { months: 'days', days: 'months', all: 'any', any: 'all' }

function renamed(node: Readonly<Record<string, Json>>, key: string, path: Path): Change[] {
  const other = swaps[key]
  if (
    other === undefined ||
    (typeof node[key] !== 'number' &&
      !(Array.isArray(node[key]) && (node[key] as readonly Json[]).length > 1))
  )
    return []
  const { [key]: value, ...rest } = node
  return [[path, `${key} became ${other}`, { ...rest, [other]: value as Json }]]
}

function listChanges(list: readonly Json[], path: Path): Change[] {
  const removed = list.map((item, at): Change => [
    path,
    `removed ${JSON.stringify(item).slice(0, 60)}`,
    list.filter((_, other) => other !== at),
  ])
  const extra = extraFor(list, path)
  return extra === undefined ? removed : [...removed, [path, `added ${extra}`, [...list, extra]]]
}

/** One more code of the same sort, that looks as if it belonged to the list. */
function extraFor(list: readonly Json[], path: Path): string | undefined {
  const key = path.at(-1)
  const candidates =
    key === 'codes'
      ? ['E440', 'D500', 'R5383']
      : key === 'procedures' || key === 'procedureCodes' || key === 'procedureCode'
        ? ['J3420', 'J1955', '96372']
        : key === 'states' || key === 'state'
          ? ['GA', 'TX']
          : key === 'contractorTypes'
            ? ['mac-part-a', 'mac-part-b', 'dme-mac']
            : key === 'claimTypes' || key === 'claimType'
              ? ['professional', 'institutional', 'dme']
              : key === 'placeOfService'
                ? ['11', '22']
                : key === 'kinds' || key === 'speaksTo'
                  ? ['coverage-exclusion', 'prior-authorization', 'units']
                  : key === 'complete'
                    ? ['J34', 'D64']
                    : undefined
  return candidates?.find((candidate) => !list.includes(candidate))
}

function scalarChanges(value: Json, path: Path): Change[] {
  const key = path.at(-1)
  if (typeof value === 'number')
    return [
      [path, `${value} became ${value + 1}`, value + 1],
      [path, `${value} became ${value - 1}`, value - 1],
    ]
  if (typeof value === 'boolean') return [[path, `${key} became ${!value}`, !value]]
  if (typeof value !== 'string') return []
  if (/^\d{4}-\d\d-\d\d$/.test(value))
    return [1, -1].map((days): Change => [
      path,
      `${value} ${days > 0 ? '+' : '-'} 1 day`,
      dayBeside(value, days),
    ])
  if (key === 'documented') return [[path, `documented ${value} became another`, `${value}-x`]]
  return (others[String(key)] ?? []).includes(value)
    ? (others[String(key)] ?? [])
        .filter((other) => other !== value)
        .map((other): Change => [path, `${value} became ${other}`, other])
    : []
}

function dayBeside(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

function put(target: unknown, [step, ...rest]: Path, value: Json | undefined): void {
  const node = target as Record<string | number, unknown>
  if (step === undefined) return
  if (rest.length > 0) put(node[step], rest, value)
  else if (value === undefined) delete node[step]
  else node[step] = value
}

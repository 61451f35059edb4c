// Small exports of the Medicare Coverage Database for tests: the fixtures, and articles written in a few words.
import { readFile, readdir } from 'node:fs/promises'
import { determine } from '../../src/decision/determine.js'
import type { Decision } from '../../src/decision/shapes/determination.js'
import { emptyContent, type Plan, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import type { RefusedRow, SourceFile } from '../../src/importers/importer.js'
import { mcdImporter } from '../../src/importers/mcd/index.js'
import type { OverlayEntry } from '../../src/importers/mcd/overlay/overlay.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { fileOf } from './sources.js'

export const folder = new URL('fixtures/mcd/', import.meta.url)
/** Lookups in which contractors are of both Part A and Part B, as most are. */
export const combined = new URL('fixtures/mcd-combined/', import.meta.url)

export type Texts = Record<string, string>

/** The tables of the fixtures by name, to be changed by a test. */
export async function fixture(
  keep: (name: string) => boolean = () => true,
  from: URL = folder,
): Promise<Texts> {
  const names = (await readdir(from)).filter((name) => name.endsWith('.csv') && keep(name))
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(new URL(name, from), 'utf8')] as const),
    ),
  )
}

/** Without the index and the determinations. */
export const articlesOnly = (name: string): boolean => !name.startsWith('lcd') && !name.startsWith('mcd_')

export const filesOf = (texts: Texts, prefix = 'export/'): SourceFile[] =>
  Object.entries(texts).map(([name, text]) => fileOf(prefix + name, text, 4096))

export interface Read {
  readonly content: PolicyContent
  readonly refused: readonly RefusedRow[]
  readonly notes: readonly string[]
}

export async function read(
  files: readonly SourceFile[],
  {
    held = emptyContent,
    readings = [],
    retrievedOn = '2026-11-23',
  }: { held?: PolicyContent; readings?: readonly OverlayEntry[]; retrievedOn?: string } = {},
): Promise<Read> {
  const refused: RefusedRow[] = []
  const notes: string[] = []
  const [pack, ...others] = await mcdImporter(readings).read(files, {
    settings: {},
    held,
    retrievedOn,
    refuse: (row) => {
      refused.push(row)
    },
    count: () => {},
    note: (text) => {
      notes.push(text)
    },
  })
  if (pack === undefined || others.length > 0 || pack.packId !== 'mcd')
    throw new Error('one pack mcd is expected')
  return { content: pack.content, refused, notes }
}

export interface Group {
  readonly text?: string
  readonly codes: string
  readonly footnote?: string
}
export interface Article {
  readonly id?: number
  readonly version?: number
  readonly title?: string
  readonly from?: string
  readonly through?: string
  readonly status?: string
  readonly body?: string
  readonly information?: string
  readonly lcd?: string
  /** Procedures by group; `J9990` if absent. */
  readonly procedures?: Record<number, { readonly text?: string; readonly codes: string }>
  /** Groups by number; a star after a code is its asterisk. */
  readonly covered?: Record<number, Group>
  readonly noncovered?: Record<number, Group>
  readonly drugs?: ReadonlyArray<{
    readonly code: string
    readonly brand: string
    readonly comments?: string
    readonly from?: string
    readonly through?: string
  }>
  readonly contractors?: readonly string[]
}

export const csv = (heading: string, rows: ReadonlyArray<ReadonlyArray<string | number>>): string =>
  [heading.split(' '), ...rows]
    .map((row) => row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(','))
    .join('\r\n') + '\r\n'

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '')

const groups = (list: Record<number, Group> | undefined): Array<[string, Group]> => Object.entries(list ?? {})
const day = (date = ''): string => (date === '' ? '' : `${date} 00:00:00`)

/** An export of these articles, with the contractors of the fixtures; contractor 1 is that of Part B in Florida. */
export async function exportOf(articles: readonly Article[], lookupsIn: URL = folder): Promise<Texts> {
  const lookups = await fixture((name) => /^(contractor|state_lookup|update_period)/.test(name), lookupsIn)
  const keyed = articles.map((article, at) => ({
    ...article,
    id: article.id ?? 91000 + at,
    version: article.version ?? 1,
  }))
  const rows = <T>(make: (article: (typeof keyed)[number]) => readonly T[]): T[] =>
    keyed.flatMap((article) => [...make(article)])
  return {
    ...lookups,
    'article.csv': csv(
      'article_id article_version title article_pub_date article_eff_date article_end_date description other_comments status article_rev_end_date date_retired add_icd10_info display_id',
      rows((a) => [
        [
          a.id,
          a.version,
          a.title ?? 'Billing and Coding: Example',
          '',
          day(a.from ?? '2024-01-01'),
          '',
          a.body ?? '',
          '',
          a.status ?? 'A',
          day(a.through),
          '',
          a.information ?? '',
          `A${a.id}`,
        ],
      ]),
    ),
    'article_x_hcpc_code.csv': csv(
      'article_id article_version hcpc_code_id hcpc_code_group',
      rows((a) =>
        Object.entries(a.procedures ?? { 1: { codes: 'J9990' } }).flatMap(([group, { codes }]) =>
          words(codes).map((code) => [a.id, a.version, code, group]),
        ),
      ),
    ),
    'article_x_hcpc_code_group.csv': csv(
      'article_id article_version hcpc_code_group paragraph',
      rows((a) =>
        Object.entries(a.procedures ?? {}).map(([group, { text = '' }]) => [a.id, a.version, group, text]),
      ),
    ),
    'article_x_icd10_covered.csv': csv(
      'article_id article_version icd10_code_id icd10_covered_group asterisk',
      rows((a) =>
        groups(a.covered).flatMap(([group, { codes }]) =>
          words(codes).map((code) => [
            a.id,
            a.version,
            code.replace('*', ''),
            group,
            code.endsWith('*') ? 'Y' : 'N',
          ]),
        ),
      ),
    ),
    'article_x_icd10_covered_group.csv': csv(
      'article_id article_version icd10_covered_group paragraph icd10_covered_ast',
      rows((a) =>
        groups(a.covered).map(([group, { text = '', footnote = '' }]) => [
          a.id,
          a.version,
          group,
          text,
          footnote,
        ]),
      ),
    ),
    'article_x_icd10_noncovered.csv': csv(
      'article_id article_version icd10_code_id icd10_noncovered_group',
      rows((a) =>
        groups(a.noncovered).flatMap(([group, { codes }]) =>
          words(codes).map((code) => [a.id, a.version, code, group]),
        ),
      ),
    ),
    'article_x_icd10_noncovered_group.csv': csv(
      'article_id article_version icd10_noncovered_group paragraph',
      rows((a) => groups(a.noncovered).map(([group, { text = '' }]) => [a.id, a.version, group, text])),
    ),
    'article_x_contractor.csv': csv(
      'article_id article_version contractor_id contractor_type_id contractor_version',
      rows((a) => (a.contractors ?? ['1 9 1']).map((key) => [a.id, a.version, ...key.split(' ')])),
    ),
    'article_related_documents.csv': csv(
      'article_id article_version r_article_id r_lcd_id',
      rows((a) => (a.lcd === undefined ? [] : [[a.id, a.version, '', a.lcd]])),
    ),
    ...(articles.some(({ drugs }) => drugs !== undefined)
      ? {
          'article_x_code_table.csv': csv(
            'article_id article_version brand_name eff_date end_date comments hcpc_code_id',
            rows((a) =>
              (a.drugs ?? []).map((drug) => [
                a.id,
                a.version,
                drug.brand,
                day(drug.from),
                day(drug.through),
                drug.comments ?? '',
                drug.code,
              ]),
            ),
          ),
        }
      : {}),
  }
}

const plan = {
  planId: 'plan',
  payerId: 'payer',
  name: 'Plan',
  lineOfBusiness: 'medicare' as const,
  benefit: 'medical' as const,
}
const local = { policySetId: 'cms-mcd', role: 'governing' as const }

export interface Claim {
  readonly code?: string
  readonly diagnoses: string
  readonly sex?: 'female' | 'male'
  readonly state?: string
  readonly claimType?: CheckRequest['claimType']
  readonly date?: string
}

/** The answer to a claim of one line by the local documents alone, or with other sets besides. */
export function answererOf(
  content: PolicyContent,
  besides: Plan['follows'] = [],
): (claim: Claim) => Decision['lines'][number] {
  const view = compilePolicyView({ ...content, plans: [{ ...plan, follows: [local, ...besides] }] }, 1)
  return ({
    code = 'J9990',
    diagnoses,
    sex,
    state = 'FL',
    claimType = 'professional',
    date = '2026-09-22',
  }) => {
    const codes = words(diagnoses)
    const [line] = determine(
      {
        coverage: { planId: plan.planId, state },
        claimType,
        diagnosisCodes: codes,
        ...(sex === undefined ? {} : { patient: { sex } }),
        serviceLines: [
          {
            lineNumber: 1,
            procedureCode: code,
            dateOfService: date,
            units: 1,
            diagnosisPointers: codes.map((_, at) => at + 1),
          },
        ],
      },
      view,
    ).lines
    if (line === undefined) throw new Error('one line is expected')
    return line
  }
}

// A whole export of the Medicare Coverage Database out of its small tables: the large ones, which nobody keeps beside a project, are
// made from the ids, groups and dates that the small ones name. Nothing of it is part of the project; the folder is the caller's.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { withoutMarkup } from '../../src/importers/mcd/texts/plain-text.js'
import type { SourceFile } from '../../src/importers/importer.js'
import { csv } from './mcd-export.js'
import { fileOf } from './sources.js'

type Row = Readonly<Record<string, string>>
type Cells = ReadonlyArray<string | number>

const firstDay = '2016-01-01 00:00:00'

/** The folder with published files that a user named, or undefined: `mcd_2026-01` with the two halves, and `mcd` with the whole rows of a few articles. */
export async function realExportFolder(): Promise<{ real: string; rows: string } | undefined> {
  const base = process.env.PRECERT_REAL_DATA
  if (base === undefined || base === '') return undefined
  for (const [real, rows] of [
    [join(base, 'real/mcd_2026-01'), join(base, 'mcd')],
    [join(base, 'mcd_2026-01'), join(base, '../mcd')],
  ] as const)
    if ((await readdir(real).catch(() => [])).length > 0) return { real, rows }
  return undefined
}

/** All tables of the export: the real ones as they are, and made ones for those that are absent. */
export async function wholeExport({ real, rows }: { real: string; rows: string }): Promise<SourceFile[]> {
  const published = (
    await Promise.all(
      ['current_article', 'current_lcd'].map(async (half) =>
        (await readdir(join(real, half))).map((name) => ({ half, name })),
      ),
    )
  ).flat()
  const files = await Promise.all(
    published.map(async ({ half, name }) =>
      fileOf(`${half}/${name}`, await readFile(join(real, half, name)), 1 << 16),
    ),
  )
  const made = { ...(await articleTables(join(real, 'current_article'), rows)), ...(await lcdTable(real)) }
  return [...files, ...Object.entries(made).map(([name, text]) => fileOf(name, text, 1 << 16))]
}

async function table(folder: string, name: string): Promise<Row[]> {
  const bytes = await readFile(join(folder, `${name}.csv`))
  const text = bytes.toString('utf8').includes('\ufffd') ? bytes.toString('latin1') : bytes.toString('utf8')
  return parse(text, { columns: true, relax_column_count: true, trim: true })
}

async function articleTables(folder: string, wholeRows: string): Promise<Record<string, string>> {
  const [contractors, procedures, covered, noncovered, drugs] = await Promise.all(
    [
      'article_x_contractor',
      'article_x_hcpc_code_group',
      'article_x_icd10_covered_group',
      'article_x_icd10_noncovered_group',
      'article_x_code_table',
    ].map((name) => table(folder, name)),
  )
  const lists = new Set(drugs?.map((row) => row.article_id))
  const articles = new Map(contractors?.map((row) => [keyOf(row), row]))
  const whole = await wholeArticle(wholeRows, articles)
  const others = <T extends Row>(list: readonly T[] = []): T[] =>
    list.filter((row) => !whole.articles.has(keyOf(row)))
  const named = codesNamed(others([...(procedures ?? []), ...(covered ?? [])]))
  return {
    'current_article/article.csv': csv(
      'article_id article_version title article_pub_date article_eff_date article_end_date description other_comments status article_rev_end_date date_retired add_icd10_info display_id',
      [...articles.values()].map(({ article_id: id = '', article_version: version = '' }) => [
        id,
        version,
        lists.has(id) ? 'Self-Administered Drug Exclusion List' : `Billing and Coding: Article ${id}`,
        '',
        whole.articles.get(`${id} ${version}`) ?? firstDay,
        '',
        '<p>How to bill for the service and its diagnosis codes.</p>',
        '',
        'A',
        '',
        '',
        '',
        `A${id}`,
      ]),
    ),
    'current_article/article_x_hcpc_code.csv': csv(
      'article_id article_version hcpc_code_id hcpc_code_group',
      [
        ...others(procedures).flatMap((row) =>
          proceduresOf(row, named).map((code): Cells => [...idOf(row), code, row.hcpc_code_group ?? '']),
        ),
        ...whole.procedures,
      ],
    ),
    'current_article/article_x_icd10_covered.csv': csv(
      'article_id article_version icd10_code_id icd10_covered_group asterisk',
      [...others(covered).flatMap(coveredRows), ...whole.covered],
    ),
    'current_article/article_x_icd10_noncovered.csv': csv(
      'article_id article_version icd10_code_id icd10_noncovered_group',
      [
        ...others(noncovered)
          .filter(({ paragraph = '' }) => /not listed|all other|not specified/i.test(paragraph))
          .map((row): Cells => [...idOf(row), 'XX000', row.icd10_noncovered_group ?? '']),
        ...whole.noncovered,
      ],
    ),
  }
}

const keyOf = (row: Row): string => `${row.article_id} ${row.article_version}`
const idOf = (row: Row): [string, string] => [row.article_id ?? '', row.article_version ?? '']
const plain = (html = ''): string => withoutMarkup(html).toUpperCase()
const diagnosesIn = (html = ''): string[] => [
  ...new Set(plain(html).match(/\b[A-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4}\b/g) ?? []),
]
const proceduresIn = (html = ''): string[] => [
  ...new Set(plain(html).match(/\b(?:[A-Z]\d{4}|\d{4}[A-Z0-9])\b/g) ?? []),
]

/** The procedure codes that the paragraphs of an article name, which its tables list. */
function codesNamed(paragraphs: readonly Row[]): ReadonlyMap<string, ReadonlySet<string>> {
  const named = new Map<string, Set<string>>()
  for (const row of paragraphs) {
    const its = named.get(keyOf(row)) ?? new Set<string>()
    for (const code of proceduresIn(row.paragraph)) its.add(code)
    named.set(keyOf(row), its)
  }
  return named
}

/** Codes of a procedure group: those its paragraph names, in the first group also those that the others name, else a made one. */
function proceduresOf(row: Row, named: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const own = proceduresIn(row.paragraph)
  const all = row.hcpc_code_group === '1' ? [...(named.get(keyOf(row)) ?? [])] : own
  const letter = 'JQKLGEABC'[Number(row.hcpc_code_group) % 9] ?? 'J'
  return all.length > 0 ? all : [`${letter}${9000 + (Number(row.article_id) % 1000)}`]
}

/** Codes of a covered group: those that paragraph and footnote name, these with their asterisk, and one that no text names. */
function coveredRows(row: Row): Cells[] {
  const starred = diagnosesIn(row.icd10_covered_ast)
  const plainly = diagnosesIn(row.paragraph).filter((code) => !starred.includes(code))
  const hasFootnote = plain(row.icd10_covered_ast) !== ''
  return [
    ...['D51.0', ...plainly].map((code) => [code, 'N']),
    ...(hasFootnote && starred.length === 0 ? ['D51.1'] : starred).map((code) => [code, 'Y']),
  ].map(([code = '', star = '']) => [...idOf(row), code, row.icd10_covered_group ?? '', star])
}

/** The articles of which the whole rows lie beside the export. */
async function wholeArticle(
  folder: string,
  articles: ReadonlyMap<string, Row>,
): Promise<{ articles: Map<string, string>; procedures: Cells[]; covered: Cells[]; noncovered: Cells[] }> {
  const main = await table(folder, 'article').catch(() => [])
  const its = new Map(
    main
      .filter((row) => row.article_id === '57755' && articles.has(keyOf(row)))
      .map((row) => [keyOf(row), row.article_eff_date ?? firstDay]),
  )
  if (its.size === 0) return { articles: its, procedures: [], covered: [], noncovered: [] }
  const rows = async (name: string, ...columns: string[]): Promise<Cells[]> =>
    (await table(folder, name))
      .filter((row) => its.has(keyOf(row)))
      .map((row) => [...idOf(row), ...columns.map((column) => row[column] ?? '')])
  return {
    articles: its,
    procedures: await rows('article_x_hcpc_code', 'hcpc_code_id', 'hcpc_code_group'),
    covered: await rows('article_x_icd10_covered', 'icd10_code_id', 'icd10_covered_group', 'asterisk'),
    noncovered: await rows('article_x_icd10_noncovered', 'icd10_code_id', 'icd10_noncovered_group'),
  }
}

async function lcdTable(real: string): Promise<Record<string, string>> {
  const lcds = new Map(
    (await table(join(real, 'current_lcd'), 'lcd_x_contractor')).map((row) => [
      `${row.lcd_id} ${row.lcd_version}`,
      row,
    ]),
  )
  return {
    'current_lcd/lcd.csv': csv(
      'lcd_id lcd_version title orig_det_eff_date ent_det_end_date rev_eff_date rev_end_date util_guide status display_id date_retired',
      [...lcds.values()].map(({ lcd_id: id = '', lcd_version: version = '' }) => [
        id,
        version,
        `Determination ${id}`,
        firstDay,
        '',
        '',
        '',
        // Most real ones say how often; that of the worked example does not.
        id === '33967' ? '' : '<p>Not more often than the record shows to be needed.</p>',
        'A',
        `L${id}`,
        '',
      ]),
    ),
  }
}

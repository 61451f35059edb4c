import type { Columns } from '../../columns.js'

const same = <Name extends string>(...names: readonly Name[]): Columns<Name> =>
  Object.fromEntries(names.map((name) => [name, [name]])) as unknown as Columns<Name>

/** The edition of the export whose columns `layout` lists, for messages about other editions. */
export const knownEdition = 'the export of September 2026'

/**
 * The columns that the import reads of each table, by their headings in the export. It skips all other
 * columns, in particular those with descriptors of CPT codes.
 */
export const layout = {
  article: same(
    'article_id',
    'article_version',
    'title',
    'article_pub_date',
    'article_eff_date',
    'article_end_date',
    'description',
    'other_comments',
    'status',
    'article_rev_end_date',
    'date_retired',
    'add_icd10_info',
    'display_id',
  ),
  article_x_hcpc_code: same('article_id', 'article_version', 'hcpc_code_id', 'hcpc_code_group'),
  article_x_hcpc_code_group: same('article_id', 'article_version', 'hcpc_code_group', 'paragraph'),
  article_x_icd10_covered: same(
    'article_id',
    'article_version',
    'icd10_code_id',
    'icd10_covered_group',
    'asterisk',
  ),
  article_x_icd10_covered_group: same(
    'article_id',
    'article_version',
    'icd10_covered_group',
    'paragraph',
    'icd10_covered_ast',
  ),
  article_x_icd10_noncovered: same(
    'article_id',
    'article_version',
    'icd10_code_id',
    'icd10_noncovered_group',
  ),
  article_x_icd10_noncovered_group: same(
    'article_id',
    'article_version',
    'icd10_noncovered_group',
    'paragraph',
  ),
  article_x_contractor: same(
    'article_id',
    'article_version',
    'contractor_id',
    'contractor_type_id',
    'contractor_version',
  ),
  article_related_documents: same('article_id', 'article_version', 'r_article_id', 'r_lcd_id'),
  article_x_code_table: same(
    'article_id',
    'article_version',
    'brand_name',
    'eff_date',
    'end_date',
    'comments',
    'hcpc_code_id',
  ),
  lcd: same(
    'lcd_id',
    'lcd_version',
    'title',
    'orig_det_eff_date',
    'ent_det_end_date',
    'rev_eff_date',
    'rev_end_date',
    'util_guide',
    'status',
    'display_id',
    'date_retired',
  ),
  lcd_x_hcpc_code: same('lcd_id', 'lcd_version', 'hcpc_code_id'),
  lcd_x_contractor: same(
    'lcd_id',
    'lcd_version',
    'contractor_id',
    'contractor_type_id',
    'contractor_version',
  ),
  lcd_related_documents: same('lcd_id', 'lcd_version', 'r_article_id'),
  contractor: same(
    'contractor_id',
    'contractor_type_id',
    'contractor_version',
    'contractor_bus_name',
    'contractor_number',
    'contractor_subtype_id',
  ),
  contractor_jurisdiction: same(
    'contractor_id',
    'contractor_type_id',
    'contractor_version',
    'state_id',
    'active_date',
    'term_date',
  ),
  contractor_type_lookup: {
    id: ['contractor_type_id', 'type_id'],
    description: ['description'],
  },
  contractor_subtype_lookup: {
    id: ['contractor_subtype_id'],
    description: ['description'],
  },
  state_lookup: same('state_id', 'state_abbrev'),
  update_period: { begin_date: ['begin_date'], end_date: ['dis_end_date', 'end_date'] },
} as const

export type TableName = keyof typeof layout

/**
 * Columns that a table may lack. Without the subtype, a contractor for Part A and Part B processes the
 * claims of both.
 */
export const optionalColumns: ReadonlySet<string> = new Set(['contractor_subtype_id'])

/** The tables that give the places and the dates of documents, in both halves. */
const shared = [
  'contractor',
  'contractor_jurisdiction',
  'contractor_type_lookup',
  'state_lookup',
  'update_period',
] as const satisfies readonly TableName[]

/**
 * The tables that each half of the export must have. Without a table of paragraphs, a group with a
 * condition would look like a group without one.
 */
export const needed: Readonly<Record<'article' | 'lcd', readonly TableName[]>> = {
  article: [
    'article',
    'article_x_hcpc_code',
    'article_x_hcpc_code_group',
    'article_x_icd10_covered',
    'article_x_icd10_covered_group',
    'article_x_icd10_noncovered',
    'article_x_icd10_noncovered_group',
    'article_x_contractor',
    'article_related_documents',
    ...shared,
  ],
  lcd: ['lcd', 'lcd_x_contractor', ...shared],
}

/** Tables that both halves of the export contain, so that the files may have them twice. */
export const givenTwice: ReadonlySet<TableName> = new Set([...shared, 'contractor_subtype_lookup'])
